import pytest
from django.core import mail
from django.core.mail import BadHeaderError
from django.core.mail.backends.base import BaseEmailBackend
from django.template import TemplateDoesNotExist

from newsportal.core.identity import Site
from newsportal.core.mail import message_id, send_mail_pair, sender, site_domain
from newsportal.core.models import SiteIdentity, SiteText

pytestmark = pytest.mark.django_db


@pytest.fixture
def templates(settings, tmp_path):
    """A folder of mail templates: `write("welcome.txt", "…")`."""
    first, *others = settings.TEMPLATES
    settings.TEMPLATES = [{**first, "DIRS": [tmp_path, *first["DIRS"]]}, *others]

    def write(name, text):
        (tmp_path / name).write_text(text)

    write("welcome.subject.txt", "Hello\n  {{ word }}\n")
    write("welcome.txt", "\nText {{ word }}\n\n")
    return write


def send(**fields):
    send_mail_pair("welcome", **{"to": "ana@example.org", "context": {"word": "you"}, "language": "en", **fields})
    return mail.outbox[-1]


def test_subject_is_one_line_from_its_own_file(templates):
    assert send().subject == "Hello you"


def test_text_alone_where_there_is_no_html(templates):
    message = send()
    assert message.body == "Text you\n"
    assert message.alternatives == []


def test_text_stands_first_and_html_second(templates):
    templates("welcome.html", "<p>{{ word }}</p>")
    parts = [part.get_content_type() for part in send().message().get_payload()]
    assert parts == ["text/plain", "text/html"]


def test_what_the_html_lacks_still_raises(templates):
    templates("welcome.html", '{% include "nowhere.html" %}')
    with pytest.raises(TemplateDoesNotExist):
        send()


def test_a_mail_without_text_is_a_mistake(templates):
    with pytest.raises(TemplateDoesNotExist):
        send_mail_pair("nothing", to="ana@example.org", context={}, language="en")


def test_language_is_that_of_the_reader(templates):
    templates("welcome.txt", "{{ LANGUAGE_CODE }} {{ site.language }}")
    assert send(language="bn").body == "bn bn\n"


def test_says_that_a_machine_wrote_it(templates):
    message = send(headers={"X-More": "1"}).message()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["X-More"] == "1"


def test_sender_carries_the_site_s_name(templates, settings):
    settings.DEFAULT_FROM_EMAIL = "news@example.org"
    SiteText.objects.create(identity=SiteIdentity.objects.create(), language="en", name="The Delta, Courier")
    assert send().from_email == '"The Delta, Courier" <news@example.org>'


def test_sender_keeps_a_name_of_its_own(templates, settings):
    settings.DEFAULT_FROM_EMAIL = "Desk <news@example.org>"
    assert send().from_email == "Desk <news@example.org>"


def test_bangla_goes_through_whole(templates):
    templates("welcome.txt", "{{ word }}")
    message = send(context={"word": "প্রধানমন্ত্রীর সংবাদ"}, language="bn").message()
    assert message.get_payload(decode=True).decode().strip() == "প্রধানমন্ত্রীর সংবাদ"


def test_a_line_break_in_a_header_value_is_refused(templates):
    with pytest.raises(BadHeaderError):
        send(headers={"X-More": "1\r\nBcc: eve@example.org"})
    assert mail.outbox == []


def test_a_line_break_in_the_subject_s_words_is_folded(templates):
    message = send(context={"word": "you\r\nBcc: eve@example.org"})
    assert message.message()["Bcc"] is None
    assert message.recipients() == ["ana@example.org"]


def test_an_open_connection_is_used_and_left_open(templates):
    class Connection(BaseEmailBackend):
        sent, closed = 0, False

        def send_messages(self, messages):
            self.sent += len(messages)
            return len(messages)

        def close(self):
            self.closed = True

    connection = Connection()
    send_mail_pair("welcome", to="ana@example.org", context={}, language="en", connection=connection)
    assert (connection.sent, connection.closed, mail.outbox) == (1, False, [])


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://news.example.org", "news.example.org"),
        ("http://127.0.0.1:8000", "[127.0.0.1]"),
        ("http://[::1]:8000", "[IPv6:::1]"),
        ("https://বাংলা.example", "xn--54b7fta0cc.example"),
    ],
)
def test_site_domain(settings, url, domain):
    settings.SITE_URL = url
    assert site_domain() == domain


def test_message_id_is_the_same_for_the_same_mail(settings):
    settings.SITE_URL = "https://news.example.org"
    assert message_id("confirm", 7, 9) == "<confirm.7.9@news.example.org>"


def test_sender_of_a_nameless_site_is_still_an_address(settings):
    settings.DEFAULT_FROM_EMAIL = "news@example.org"
    assert sender(Site(language="en")) == "news@example.org"
