"""An issue as a mail: its parts are where readers and mail programs need them."""

import datetime as dt

import pytest
from django.utils import timezone

from articles import workflow
from newsletter import placeholders
from newsletter.composing import colours
from newsletter.composing.rendering import render
from newsletter.models import Block
from newsletter.states import BlockKind, IssueState
from newsportal.core.models import SiteIdentity, SiteText
from tests.factories import make_article, make_image, make_user
from tests.newsletter.factories import make_issue, make_list
from tests.tags import Tags

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2036, 11, 23, 1, 0, tzinfo=dt.UTC)
LONG_BANGLA = "প্রধানমন্ত্রীর সঙ্গে বৈঠকে নদীর পানি বণ্টন নিয়ে দীর্ঘ আলোচনা হয়েছে। " * 8


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://news.example.org"
    identity = SiteIdentity.objects.create(contact_address="12 River Road\nDhaka", contact_email="desk@example.org")
    SiteText.objects.create(identity=identity, language="en", name="The Padma")
    SiteText.objects.create(identity=identity, language="bn", name="পদ্মা")


def add(issue, kind=BlockKind.STORY, **fields):
    if kind == BlockKind.STORY and "article" not in fields:
        fields["article"] = make_article(headline=f"Story {issue.blocks.count()}", language=issue.newsletter.language)
    return Block.objects.create(issue=issue, kind=kind, position=issue.blocks.count(), **fields)


def test_each_kind_of_block_stands_in_both_parts():
    issue = make_issue()
    add(issue, BlockKind.TEXT, text="<p>Good <strong>morning</strong></p>")
    add(issue, BlockKind.HEADING, heading="Rivers")
    add(issue, heading="Own headline", text="Own words")
    add(issue, BlockKind.QUOTE, text="Fog is patient", source="A captain")
    add(issue, BlockKind.PICTURE, image=make_image(alt_text="Two boats"), text="At dawn")
    add(issue, BlockKind.ADVERT, heading="Tea", text="Hot tea", source="Tea & Co", url="https://tea.example/")
    mail = render(issue, now=NOW)
    said = " ".join(Tags(mail.html).said)
    for words in ("Rivers", "Own headline", "Own words", "Fog is patient", "A captain", "At dawn", "Tea & Co"):
        assert words in said
        assert words in mail.text
    assert "Advertisement" in said
    assert "Advertisement" in mail.text
    assert "Good morning" in mail.text
    assert "Two boats" in mail.text


def test_leaving_is_offered_at_the_top_and_at_the_foot_of_both_parts():
    issue = make_issue()
    add(issue)
    mail = render(issue, now=NOW)
    for part in (mail.html, mail.text):
        assert part.count(placeholders.UNSUBSCRIBE_URL) == 2
        assert part.count(placeholders.PREFERENCES_URL) == 1
        assert (
            part.index(placeholders.UNSUBSCRIBE_URL)
            < part.rindex("Story 0")
            < part.rindex(placeholders.UNSUBSCRIBE_URL)
        )
        assert "https://news.example.org/newsletter/morning/" in part
        assert "12 River Road" in part


def test_pictures_have_whole_addresses_sizes_and_alternative_text():
    issue = make_issue()
    image = make_image(alt_text="A ferry", size=(1200, 800))
    add(issue, article=make_article(lead_image=image), is_lead=True)
    add(issue, article=make_article(lead_image=image, lead_alt="Another"))
    lead, second = Tags(render(issue, now=NOW).html).all("img")
    assert (lead["width"], lead["height"], lead["alt"]) == ("560", "373", "A ferry")
    assert (second["width"], second["height"], second["alt"]) == ("152", "101", "Another")
    assert lead["src"].startswith("https://news.example.org/media/")


def test_a_newsletter_may_do_without_pictures():
    issue = make_issue(newsletter=make_list(show_pictures=False))
    add(issue, article=make_article(lead_image=make_image()))
    assert not Tags(render(issue, now=NOW).html).all("img")


def test_the_layout_is_tables_for_outlook_and_has_a_dark_scheme():
    issue = make_issue(newsletter=make_list(accent="#ffee00"))
    add(issue)
    html = render(issue, now=NOW).html
    assert html.count("<!--[if mso]><table") == 1
    assert html.count("<!--[if mso]></td></tr></table>") == 1
    assert all(table["role"] == "presentation" for table in Tags(html).all("table"))
    assert "max-width: 600px" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert f"solid {colours.readable('#ffee00', colours.PAPER)}" in html
    assert "color: #ffee00 !important" in html


def test_nothing_is_loaded_but_pictures():
    issue = make_issue()
    add(issue)
    tags = Tags(render(issue, now=NOW).html)
    assert not [name for name, _attrs in tags.tags if name in {"link", "script", "iframe", "object", "form", "video"}]
    assert "url(" not in render(issue, now=NOW).html
    assert "@import" not in render(issue, now=NOW).html


def test_bangla_is_whole_and_its_lines_are_short():
    issue = make_issue(newsletter=make_list(language="bn", name="সকাল"), subject="নদীতে ফেরি চলছে")
    article = make_article(language="bn", headline="প্রধানমন্ত্রীর নদী", standfirst=LONG_BANGLA[:590], slug="ন" * 80)
    add(issue, BlockKind.TEXT, text=f"<p>{LONG_BANGLA}</p>")
    add(issue, article=article, is_lead=True)
    mail = render(issue, now=NOW)
    assert '<html lang="bn"' in mail.html
    assert "২০৩৬" in mail.html
    assert "২০৩৬" in mail.text
    assert "প্রধানমন্ত্রীর" in mail.html
    for part in (mail.html, mail.text):
        assert max(len(line.encode()) for line in part.split("\n")) < 998
    assert mail.octets < 30_000


def test_stories_that_readers_may_not_see_are_left_out_and_named():
    issue = make_issue()
    add(issue, article=make_article(headline="Stays"))
    gone = add(issue, article=make_article(headline="Goes"))
    workflow.withdraw(gone.article, by=None, reason="It was wrong.", now=timezone.now())
    mail = render(issue, now=NOW)
    assert mail.left_out == (gone,)
    assert "Goes" not in mail.html + mail.text + mail.preheader
    assert "Stays" in mail.html


def test_what_was_typed_cannot_leave_its_place():
    hostile = '</td><script>alert(1)</script>"><img src=x onerror=alert(1)>{{ SITE_URL }}'
    issue = make_issue(subject=f"a\r\nBcc: x@example.org {hostile}", preheader=hostile)
    add(issue, BlockKind.HEADING, heading=hostile)
    add(issue, BlockKind.QUOTE, text=hostile, source=hostile)
    add(issue, BlockKind.ADVERT, heading=hostile, text=hostile, source=hostile)
    add(issue, heading=hostile, text=hostile)
    mail = render(issue, now=NOW)
    assert "\n" not in mail.subject + mail.preheader
    assert not Tags(mail.html).all("script")
    assert not Tags(mail.html).all("img")


def test_an_issue_with_nothing_in_it_is_still_a_mail():
    mail = render(make_issue(subject="Nothing yet"), now=NOW)
    assert mail.html.count(placeholders.UNSUBSCRIBE_URL) == 2
    assert mail.preheader == ""


def test_rendering_twice_gives_the_same_bytes_and_changes_nothing():
    issue = make_issue(edited_by=make_user())
    add(issue)
    assert render(issue, now=NOW) == render(issue, now=NOW)
    issue.refresh_from_db()
    assert (issue.state, issue.version) == (IssueState.DRAFT, 1)


def test_it_costs_the_same_for_two_stories_and_for_twenty(django_assert_max_num_queries):
    issue = make_issue()
    for _number in range(2):
        add(issue, article=make_article(lead_image=make_image()))
    render(issue, now=NOW)
    for _number in range(18):
        add(issue, article=make_article())
    with django_assert_max_num_queries(3):
        assert render(issue, now=NOW).html.count("<h2") == 20
