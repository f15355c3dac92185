"""The pages of imports and exports, and the figures."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from newsletter.exporting import work_on_exports
from newsletter.importing import work_on_imports
from newsletter.models import LinkClicks, ListDay, SubscriberExport, SubscriberImport, Subscription
from newsletter.states import DeliveryState, ImportState
from tests.factories import make_user
from tests.newsletter.factories import make_confirmed, make_delivery, make_issue, make_list

pytestmark = pytest.mark.django_db
IMPORTS, EXPORTS = "/admin/newsletter/subscriberimport/", "/admin/newsletter/subscriberexport/"
FIGURES = "/admin/newsletter/listday/"


@pytest.fixture
def editor(client):
    client.force_login(make_user(role="Newsletter editor"))
    return client


def upload(client, text="email\na@example.org\nbad\n"):
    file = SimpleUploadedFile("readers.csv", text.encode())
    values = {"newsletter": make_list().pk, "source": "Paper form", "file": file}
    return client.post(f"{IMPORTS}add/", values)


def test_a_file_is_uploaded_looked_at_taken_in_and_undone(editor, now):
    page = upload(editor)["Location"]
    assert "progress.js" in editor.get(page).content.decode()
    work_on_imports(now=now)
    shown = editor.get(page).content.decode()
    assert "Add 1 reader" in shown
    assert "progress.js" not in shown
    assert "Not an address" in editor.get(page, {"outcome": "invalid"}).content.decode()
    batch = SubscriberImport.objects.get()
    assert editor.post(f"{IMPORTS}{batch.pk}/start/")["Location"] == page
    work_on_imports(now=now)
    assert "Undo the whole import" in editor.get(page).content.decode()
    assert Subscription.objects.confirmed().count() == 1
    editor.post(f"{IMPORTS}{batch.pk}/undo/")
    work_on_imports(now=now)
    assert "Taken out again" in editor.get(page).content.decode()
    assert not Subscription.objects.exists()


def test_looking_changes_nothing(editor, now):
    page = upload(editor)["Location"]
    work_on_imports(now=now)
    batch = SubscriberImport.objects.get()
    assert editor.get(f"{IMPORTS}{batch.pk}/start/").status_code == 405
    editor.get(page)
    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED


def test_an_empty_source_is_asked_for(editor):
    file = SimpleUploadedFile("readers.csv", b"a@example.org")
    response = editor.post(f"{IMPORTS}add/", {"newsletter": make_list().pk, "source": "", "file": file})
    assert response.status_code == 200
    assert not SubscriberImport.objects.exists()


def test_a_step_that_comes_too_late_is_said(editor, now):
    upload(editor)
    batch = SubscriberImport.objects.get()
    response = editor.post(f"{IMPORTS}{batch.pk}/undo/", follow=True)
    assert "cannot be done" in response.content.decode()


def test_who_may_not_import_may_not(client, now):
    client.force_login(make_user(role="Reporter"))
    assert upload(client).status_code == 403
    assert client.get(IMPORTS).status_code == 403


def test_a_file_is_asked_for_and_fetched(client, now):
    make_confirmed(address="a@example.org")
    client.force_login(make_user(role="Chief editor"))
    response = client.post(f"{EXPORTS}add/", {"newsletter": "", "of_state": "confirmed", "format": "csv"})
    assert "Being made" in client.get(response["Location"]).content.decode()
    work_on_exports(now=now)
    assert "Fetch the file" in client.get(response["Location"]).content.decode()
    export = SubscriberExport.objects.get()
    assert client.get(f"{EXPORTS}{export.pk}/file/").status_code == 405
    file = client.post(f"{EXPORTS}{export.pk}/file/")
    data = b"".join(file.streaming_content)
    assert b"a@example.org" in data
    assert int(file["Content-Length"]) == len(data)
    assert "no-store" in file["Cache-Control"]
    export.refresh_from_db()
    assert export.fetched_at


def test_an_editor_takes_nothing_out(editor, now):
    assert editor.get(f"{EXPORTS}add/").status_code == 403


# --- Figures ----------------------------------------------------------------------------------------------------------


def test_growth_and_issues_of_a_newsletter(editor, now, django_assert_max_num_queries):
    newsletter = make_list()
    for number in range(5):
        day = now.date().replace(day=20 + number)
        ListDay.objects.create(newsletter=newsletter, day=day, readers=100 + number, joined=3, left=number)
        issue = make_issue(subject=f"Issue {number}", started_at=now)
        make_delivery(issue=issue, state=DeliveryState.SENT)
    with django_assert_max_num_queries(12):
        page = editor.get(FIGURES, {"list": newsletter.pk, "days": 90}).content.decode()
    assert all(word in page for word in ("Issue 4", "<path", "102 readers", "3 came, 4 left"))


def test_figures_of_an_issue(editor, now, django_assert_max_num_queries):
    issue = make_issue(started_at=now)
    for state in (DeliveryState.SENT, DeliveryState.UNCERTAIN):
        make_delivery(issue=issue, state=state)
    LinkClicks.objects.create(issue=issue, target="/world/1/x/", by_people=3, total=9)
    with django_assert_max_num_queries(14):
        page = editor.get(f"{FIGURES}issue/{issue.pk}/").content.decode()
    assert all(word in page for word in ("/world/1/x/", "of 9 in all", "Not known", "state=uncertain"))


def test_figures_without_anything(editor):
    assert editor.get(FIGURES).status_code == 200
    assert editor.get(f"{FIGURES}issue/1/").status_code == 404


def test_others_see_no_figures(client):
    client.force_login(make_user(role="Reporter"))
    assert client.get(FIGURES).status_code == 403
    assert client.get(f"{FIGURES}issue/{make_issue().pk}/").status_code == 403
