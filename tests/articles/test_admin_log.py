"""The log in the admin: read by those who may, changed by nobody, taken along as CSV."""

import ast
import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import acts, workflow
from articles.models import Article, LogEntry
from articles.models.log import AppendOnly
from articles.states import EDITOR, NEWSLETTER_EDITOR, REPORTER
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("admin:articles_logentry_changelist")
EXPORT = reverse("admin:articles_logentry_export")
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)


@pytest.fixture
def editor(client):
    user = make_user(username="tania", role=EDITOR)
    client.force_login(user)
    return user


def make_entry(*, action="edit", at=NOW, **fields):
    article = fields.pop("article", None) or make_article(headline="Ferries")
    return LogEntry.objects.create(article=article, headline=article.headline, action=action, at=at, **fields)


def shown(client, **asked):
    return list(client.get(LIST, asked).context["cl"].result_list)


def exported(client, **asked):
    content = b"".join(client.get(EXPORT, asked).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_an_act_is_told_in_words_with_old_and_new(client, editor):
    article = make_article(headline="Ferries", published=False)
    workflow.submit(article, by=editor)
    workflow.send_back(article, by=editor, note="Who says so?")
    page = client.get(LIST).content.decode()
    for part in ("sent to review", "sent back", "Draft → In review", "Who says so?", "tania"):
        assert part in page


def test_a_headline_is_text_and_no_markup(client, editor):
    make_entry(article=make_article(headline="<b>Bold</b>"), note="<script>alert(1)</script>")
    page = client.get(LIST).content.decode()
    assert "<b>Bold" not in page
    assert "<script>alert" not in page


def test_a_storys_log_has_that_story_only_and_its_headline_above(client, editor):
    entry = make_entry()
    make_entry(article=make_article(headline="Another"))
    assert shown(client, story=entry.article_id) == [entry]
    assert "Log: Ferries" in client.get(LIST, {"story": entry.article_id}).content.decode()


def test_the_form_leads_to_the_whole_log(client, editor):
    entry = make_entry()
    page = client.get(reverse("admin:articles_article_change", args=[entry.article_id])).content.decode()
    assert f"{LIST}?story={entry.article_id}" in page
    assert "edited" in page


def test_the_log_narrows_by_act_person_and_day(client, editor):
    wanted = make_entry(action="publish", by=editor)
    for other in (
        {"action": "edit", "by": editor},
        {"action": "publish"},
        {"action": "publish", "by": editor, "at": NOW + dt.timedelta(days=1)},
    ):
        make_entry(**other)
    day = timezone.localtime(NOW).date().isoformat()
    assert shown(client, action="publish", by=editor.pk, first=day, last=day) == [wanted]


@pytest.mark.parametrize(
    "asked", [{"action": "nonsense"}, {"by": "0"}, {"first": "x"}, {"story": "x"}, {"story": "-1"}]
)
def test_what_cannot_be_understood_shows_and_exports_nothing(client, editor, asked):
    make_entry()
    assert shown(client, **asked) == []
    assert exported(client, **asked) == []


def test_the_log_of_a_deleted_story_keeps_its_headline(client, editor):
    entry = make_entry(article=make_article(headline="Gone", published=False))
    Article.objects.all().delete()
    assert "Gone (deleted)" in client.get(LIST).content.decode()
    assert (exported(client)[0]["Story id"], exported(client)[0]["Headline"]) == ("", "Gone (deleted)")
    assert shown(client) == [entry]


def test_a_draft_without_a_headline_is_not_called_deleted(client, editor):
    LogEntry.objects.create(article=make_article(published=False), action="create", at=NOW)
    assert "No headline yet" in client.get(LIST).content.decode()
    assert exported(client)[0]["Headline"] == "No headline yet"


def test_nobody_adds_changes_or_deletes_not_even_a_superuser(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    entry = make_entry(note="As it was")
    assert client.post(reverse("admin:articles_logentry_add"), {"note": "Forged"}).status_code == 403
    change = reverse("admin:articles_logentry_change", args=[entry.pk])
    assert client.post(change, {"note": "Forged"}).status_code == 403
    assert client.post(reverse("admin:articles_logentry_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert LogEntry.objects.get().note == "As it was"


def test_an_entry_can_be_looked_at_alone(client, editor):
    entry = make_entry(note="The whole of a long note")
    page = client.get(reverse("admin:articles_logentry_change", args=[entry.pk]))
    assert b"The whole of a long note" in page.content


def test_the_export_has_every_entry_and_is_no_page_to_be_kept(client, editor):
    LogEntry.objects.bulk_create(LogEntry(headline="Story", action="publish", at=NOW) for _number in range(120))
    response = client.get(EXPORT)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    assert ".csv" in response["Content-Disposition"]
    assert len(exported(client)) == 120


def test_the_export_holds_bangla_old_and_new(client, editor):
    make_entry(
        article=make_article(headline="পদ্মায় ফেরি", language="bn"),
        action="publish",
        old={"state": "draft"},
        new={"state": "published", "fields": ["headline"]},
    )
    row = exported(client)[0]
    assert (row["Headline"], row["Act"], row["Action"]) == ("পদ্মায় ফেরি", "published", "publish")
    assert row["Old → new"] == "state: Draft → Published"
    assert row["By"] == "the system"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\n=", "|", "%"])
def test_no_cell_of_the_export_is_a_formula(client, editor, start):
    LogEntry.objects.create(headline=f"{start}cmd|' /C calc'!A0", action="edit", at=NOW, note=f"{start}1+1")
    row = exported(client)[0]
    assert row["Headline"].startswith("'")
    assert row["Note"].startswith("'")


def test_who_may_not_see_the_log_gets_neither_list_nor_file(client):
    client.force_login(make_user(role=NEWSLETTER_EDITOR))
    assert [client.get(address).status_code for address in (LIST, EXPORT)] == [403, 403]


def test_who_is_not_signed_in_is_sent_to_sign_in(client):
    assert client.get(EXPORT).status_code == 302


def test_the_log_costs_the_same_with_20_entries_and_with_200(client):
    client.force_login(make_user(role=REPORTER))
    counted = []
    for number in (20, 180):
        LogEntry.objects.bulk_create(
            LogEntry(article=make_article(), headline="Story", action="edit", at=NOW) for _number in range(number)
        )
        client.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST, {"action": "edit"})
        counted.append(len(captured))
        assert not any("COUNT(" in query["sql"] for query in captured)
    assert counted[0] == counted[1] <= 20


def test_values_that_are_no_columns_are_shown_as_they_are(client, editor):
    entry = make_entry(
        action="unheard_of", new={"kept": "as it is", "publish_at": "T is no time", "unpublish_at": None}
    )
    assert acts.act_of(entry.action) == "unheard of"
    assert acts.differences(entry) == [("kept", "–", "as it is"), ("publication time", "–", "T is no time")]


def _logged_actions():
    """Every act that code of the articles app logs under a name of its own, or under one of two."""
    for path in Path(acts.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", "")
            if name in ("log", "finish", "_step") and len(node.args) > 1:
                chosen = node.args[1]
                picks = [chosen.body, chosen.orelse] if isinstance(chosen, ast.IfExp) else [chosen]
            else:
                picks = [k.value for k in node.keywords if k.arg == "action"] if name == "LogEntry" else []
            yield from (pick.value for pick in picks if isinstance(pick, ast.Constant))


def test_every_act_that_is_logged_has_a_name():
    logged = set(_logged_actions())
    assert {"publish", "minor_update", "restore", "import"} <= logged
    assert logged <= set(acts.ACTS), "articles/acts.py lacks a name for these"


CHANGES = {
    "save": lambda entry: entry.save(),
    "delete": lambda entry: entry.delete(),
    "update of a queryset": lambda entry: LogEntry.objects.update(note="Nothing happened."),
    "deletion of a queryset": lambda entry: LogEntry.objects.filter(pk=entry.pk).delete(),
    "bulk update": lambda entry: LogEntry.objects.bulk_update([entry], ["note"]),
    "update of a story's log": lambda entry: entry.article.log.update(note="Nothing happened."),
    "update or create": lambda entry: LogEntry.objects.update_or_create(pk=entry.pk, defaults={"note": "Nothing."}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_code_changes_what_was_logged(change):
    entry = make_entry(note="It happened.")
    with pytest.raises(AppendOnly):
        CHANGES[change](entry)
    assert LogEntry.objects.get().note == "It happened."


def test_the_log_outlives_its_story_and_its_people():
    user, article = make_user(), make_article(headline="Ferries", published=False)
    make_entry(article=article, by=user)
    article.delete()
    user.delete()
    entry = LogEntry.objects.get()
    assert (entry.headline, entry.article, entry.by) == ("Ferries", None, None)
