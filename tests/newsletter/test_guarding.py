"""A database that was restored or copied mails nobody until a person has looked."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from articles.states import NEWSLETTER_EDITOR, REPORTER
from newsletter.checking import house
from newsletter.checking.findings import Verdict
from newsletter.delivery import guarding, sending
from newsletter.delivery.punctuality import Late, check_punctuality
from newsletter.digesting import make_due_digests
from newsletter.models import Delivery, Issue, SendingGuard
from newsletter.singles import send_due_singles
from newsletter.states import DeliveryState, ListKind
from tests.factories import make_article, make_user
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_list, make_pending, make_sending

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _any_way(settings, monkeypatch):
    """The mails of issues go the way of all mails of a test."""
    monkeypatch.setattr(sending, "_rest", sending._Rest())
    settings.NEWSLETTER_CONNECTIONS = 1


def send(now=NOW):
    return sending.do_round(now=now).sent + send_due_singles(now=now)


def snapshot():
    return SendingGuard.objects.values().get()


def restore(kept):
    """The database as it was; the files of the machine stay."""
    SendingGuard.objects.filter(pk=kept["id"]).update(**kept)


def other_machine(settings, tmp_path, name="other"):
    settings.INSTANCE_FILE = tmp_path / name / "newsletter_instance"


def on_hold(settings, mailoutbox):
    """Mail went out, a backup from before was restored, and more of it is due."""
    assert guarding.may_send(now=NOW)
    kept = snapshot()
    make_pending()
    assert send() == 1
    restore(kept)
    mailoutbox.clear()
    make_pending()
    make_sending(readers=2)


def test_a_portal_that_never_was_restored_sends(mailoutbox):
    make_sending(readers=2)
    make_pending()
    assert send() == 3
    assert guarding.standing(now=NOW) is None


def test_after_a_restore_nothing_goes_out(settings, mailoutbox):
    on_hold(settings, mailoutbox)
    assert send() == 0
    assert mailoutbox == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.QUEUED}
    assert guarding.standing(now=NOW).sent_until == NOW


def test_no_digest_is_made_of_it_either(settings, mailoutbox):
    on_hold(settings, mailoutbox)
    digest = make_list(slug="daily", kind=ListKind.DIGEST)
    make_confirmed(newsletter=digest, now=NOW - 3 * DAY)
    make_article()
    assert make_due_digests(now=timezone.now() + 2 * DAY) == 0
    assert not Issue.objects.filter(newsletter=digest).exists()


def test_it_stays_so_until_a_person_says_otherwise(settings, mailoutbox):
    on_hold(settings, mailoutbox)
    for day in range(3):
        assert send(NOW + day * DAY) == 0
    guarding.release(by=make_user(role=NEWSLETTER_EDITOR), now=NOW)
    assert send() == 3
    assert guarding.standing(now=NOW) is None


def test_the_other_machines_go_on_as_well_also_those_that_were_off(settings, mailoutbox, tmp_path):
    other_machine(settings, tmp_path)
    here, there = tmp_path / "newsletter_instance", settings.INSTANCE_FILE
    settings.INSTANCE_FILE = here
    on_hold(settings, mailoutbox)
    there.parent.mkdir()
    there.write_text(here.read_text())
    assert send() == 0
    guarding.release(by=None, now=NOW)
    settings.INSTANCE_FILE = there
    assert guarding.may_send(now=NOW + 5 * DAY)
    settings.INSTANCE_FILE = here
    assert guarding.may_send(now=NOW + 5 * DAY)


def test_a_worker_beside_this_one_that_sends_meanwhile_is_no_restore(monkeypatch):
    """It counts between this one's look at the database and its look at the file."""
    assert guarding.may_send(now=NOW)
    look = guarding._known

    def look_late():
        monkeypatch.setattr(guarding, "_known", look)
        guarding.note_sending(now=NOW)
        return look()

    monkeypatch.setattr(guarding, "_known", look_late)
    assert guarding.may_send(now=NOW)
    assert guarding.standing(now=NOW) is None


def test_workers_that_begin_at_once_have_one_name(monkeypatch):
    first, look = guarding._named(), guarding._known
    monkeypatch.setattr(guarding, "_known", lambda: monkeypatch.setattr(guarding, "_known", look))
    assert guarding.may_send(now=NOW)
    assert SendingGuard.objects.get().instance == first.instance


def test_a_worker_that_died_before_it_began_leaves_its_name_to_the_next():
    first = guarding._named()
    assert guarding.may_send(now=NOW)
    assert SendingGuard.objects.get().instance == first.instance


def test_a_backup_from_after_the_last_mail_needs_nobody(mailoutbox):
    make_pending()
    send()
    restore(snapshot())
    make_pending()
    assert send() == 1


def test_a_copy_on_another_machine_sends_nothing_and_the_portal_goes_on(settings, mailoutbox, tmp_path):
    assert guarding.may_send(now=NOW)
    make_sending(readers=2)
    home = settings.INSTANCE_FILE
    other_machine(settings, tmp_path)
    assert send() == 0
    assert guarding.standing(now=NOW).stranger
    settings.INSTANCE_FILE = home
    assert send() == 2


def test_a_stranger_that_is_gone_is_not_talked_about_for_ever(settings, tmp_path):
    assert guarding.may_send(now=NOW)
    other_machine(settings, tmp_path)
    assert not guarding.may_send(now=NOW)
    assert guarding.standing(now=NOW + 11 * MINUTE) is None


def test_a_second_machine_is_let_in_within_ten_minutes(settings, tmp_path):
    assert guarding.may_send(now=NOW)
    other_machine(settings, tmp_path)
    assert not guarding.may_send(now=NOW)
    guarding.release(by=None, now=NOW)
    assert guarding.may_send(now=NOW + 9 * MINUTE)
    assert guarding.may_send(now=NOW + DAY)
    other_machine(settings, tmp_path, "third")
    assert not guarding.may_send(now=NOW + DAY)


def test_where_files_do_not_last_the_environment_names_the_portal(settings, tmp_path):
    settings.INSTANCE_ID = "daily-courier"
    assert guarding.may_send(now=NOW)
    other_machine(settings, tmp_path)
    assert guarding.may_send(now=NOW)
    settings.INSTANCE_ID = "staging"
    assert not guarding.may_send(now=NOW)
    guarding.release(by=None, now=NOW)
    assert guarding.may_send(now=NOW)
    assert SendingGuard.objects.get().instance == "staging"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"instance": 1}', json.dumps({"instance": "x", "number": "y", "at": 1})]
)
def test_a_broken_file_is_none(settings, text):
    assert guarding.may_send(now=NOW)
    settings.INSTANCE_FILE.write_text(text)
    assert not guarding.may_send(now=NOW)


def test_where_no_file_can_be_kept_only_a_name_from_the_environment_helps(settings, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    settings.INSTANCE_FILE = tmp_path / "file" / "newsletter_instance"
    assert not guarding.may_send(now=NOW)
    assert "instance_not_kept" in caplog.text
    SendingGuard.objects.all().delete()
    settings.INSTANCE_ID = "daily-courier"
    assert guarding.may_send(now=NOW)


def test_everybody_who_can_act_is_told(settings, mailoutbox, client):
    on_hold(settings, mailoutbox)
    send(timezone.now())
    with pytest.raises(Late, match="on hold"):
        check_punctuality(now=timezone.now())
    found = house.sending(timezone.now())
    assert (found.verdict, found.paste) == (Verdict.WRONG, "manage.py send_newsletters --release")
    client.force_login(make_user(role=NEWSLETTER_EDITOR))
    page = client.get(reverse("admin:index")).content.decode()
    assert "No newsletter goes out" in page
    assert "it was restored from a backup" in page


def test_the_desk_s_button_lets_it_go_on(settings, mailoutbox, client):
    on_hold(settings, mailoutbox)
    send()
    client.force_login(make_user(role=NEWSLETTER_EDITOR))
    address = reverse("admin:newsletter_issue_release")
    assert client.get(address).status_code == 404
    page = client.post(address, follow=True).content.decode()
    assert "Mail goes out again" in page
    assert "No newsletter goes out" not in page
    assert send() == 3


def test_where_nothing_waits_the_button_does_nothing(mailoutbox, client, caplog):
    assert guarding.may_send(now=NOW)
    before = snapshot()
    client.force_login(make_user(role=NEWSLETTER_EDITOR))
    page = client.post(reverse("admin:newsletter_issue_release"), follow=True).content.decode()
    assert "Mail goes out again" not in page
    assert "sending_released" not in caplog.text
    assert snapshot() == before
    client.force_login(make_user(role=REPORTER))
    assert client.post(reverse("admin:newsletter_issue_release")).status_code == 403


def test_machines_that_share_the_folder_do_not_write_into_each_other_s_draft(settings, monkeypatch):
    """Containers have the same number for their process: the other writes while this one is about to."""
    assert guarding.may_send(now=NOW)
    write, drafts = Path.write_text, []

    def write_slowly(draft, text):
        drafts.append(draft)
        if len(drafts) == 1:
            guarding.note_sending(now=NOW)
        return write(draft, text)

    monkeypatch.setattr(Path, "write_text", write_slowly)
    guarding.note_sending(now=NOW)
    assert len(set(drafts)) == 2
    assert [path.name for path in settings.INSTANCE_FILE.parent.glob("newsletter_instance*")] == ["newsletter_instance"]


def test_a_draft_that_could_not_be_brought_in_place_goes(settings, monkeypatch, caplog):
    assert guarding.may_send(now=NOW)
    kept = settings.INSTANCE_FILE.read_text()

    def refuse(draft, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    guarding.note_sending(now=NOW)
    assert "No space left" in caplog.text
    assert [path.read_text() for path in settings.INSTANCE_FILE.parent.glob("newsletter_instance*")] == [kept]


def test_it_is_not_for_everybody(settings, mailoutbox, client):
    on_hold(settings, mailoutbox)
    send()
    client.force_login(make_user(role=REPORTER))
    assert client.post(reverse("admin:newsletter_issue_release")).status_code == 403
    with pytest.raises(PermissionDenied):
        guarding.release(by=make_user(), now=NOW)
    assert send() == 0


@pytest.mark.usefixtures("kept_connection")
def test_the_command_says_why_it_sends_nothing_and_lets_it_go_on(settings, mailoutbox, capsys, tmp_path):
    on_hold(settings, mailoutbox)
    call_command("send_newsletters", "--once")
    assert "Mail is on hold: the database is older" in capsys.readouterr().err
    assert mailoutbox == []
    other_machine(settings, tmp_path)
    call_command("send_newsletters", "--release")
    call_command("send_newsletters", "--once")
    assert len(mailoutbox) == 3
