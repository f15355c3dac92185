"""The desk: what needs whom."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import desk, revising, workflow
from articles.models import EditorialNote, SectionBeat
from articles.states import CHIEF_EDITOR, EDITOR, NEWSLETTER_EDITOR, REPORTER, State
from newsportal.core.duties import beat
from newsportal.core.models import DutyRecord
from tests.factories import make_article, make_articles, make_section, make_user

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
INDEX = reverse("admin:index")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def reporter():
    return make_user(role=REPORTER)


@pytest.fixture
def editor():
    return make_user(role=EDITOR)


def headlines(panel):
    return [row.headline for row in panel]


def make_draft(user, **fields):
    return make_article(published=False, created_by=user, **fields)


def changed_by(user, article, **over):
    """A live story with newer words of `user` that readers do not have."""
    head = revising.head_of(article)
    revising.save(article, {**head.content, "headline": "New words", **over}, by=user)
    article.refresh_from_db()
    return article


def test_drafts_are_those_that_somebody_began(reporter, now):
    make_draft(reporter, headline="Mine")
    make_draft(make_user(), headline="Somebody else's")
    assert headlines(desk.desk_for(reporter, now).drafts) == ["Mine"]


def test_a_draft_whose_newest_text_is_mine_is_on_my_desk_too(reporter, now):
    article = make_draft(None, headline="Begun by nobody")
    changed_by(reporter, article, headline="Taken over")
    assert headlines(desk.desk_for(reporter, now).drafts) == ["Taken over"]


def test_what_is_sent_back_stands_apart_with_its_note_until_it_moves_again(reporter, editor, now):
    article = make_draft(reporter, headline="Tannery")
    workflow.submit(article, by=reporter)
    workflow.send_back(article, by=editor, note="Who says so?")
    revising.save(article, {**revising.head_of(article).content, "kicker": "Dhaka"}, by=reporter)
    shown = desk.desk_for(reporter, now)
    assert [(row.headline, row.last_note, row.last_mover) for row in shown.sent_back] == [
        ("Tannery", "Who says so?", editor.username)
    ]
    assert not shown.drafts
    workflow.submit(article, by=reporter)
    assert not desk.desk_for(reporter, now).sent_back


def test_more_drafts_than_a_panel_holds_are_cut_and_said(reporter, now):
    for _number in range(desk.ROWS + 1):
        make_draft(reporter)
    panel = desk.desk_for(reporter, now).drafts
    assert (len(panel.rows), panel.more) == (desk.ROWS, True)


def test_only_those_who_review_see_what_waits_for_review(reporter, editor, now):
    make_article(published=False, state=State.IN_REVIEW, headline="Waits")
    assert headlines(desk.desk_for(editor, now).review) == ["Waits"]
    assert desk.desk_for(reporter, now).review is None


def test_changes_of_a_live_story_wait_for_review_as_a_story_does(reporter, editor, now):
    workflow.submit(changed_by(reporter, make_article(headline="Live")), by=reporter)
    assert headlines(desk.desk_for(editor, now).review) == ["Live"]


def test_review_is_narrowed_to_a_beat_and_what_stands_below_it(editor, now):
    sport, politics = make_section(name="Sport"), make_section(name="Politics")
    for section in (sport, make_section(name="Cricket", parent=sport), politics, make_section(name="Sportswear")):
        make_article(published=False, state=State.IN_REVIEW, headline=section.name, section=section)
    SectionBeat.objects.create(user=editor, section=sport)
    assert sorted(headlines(desk.desk_for(editor, now).review)) == ["Cricket", "Sport"]


def test_an_approved_story_without_a_time_is_not_forgotten(editor, now):
    make_article(published=False, state=State.APPROVED, headline="Ready")
    assert headlines(desk.desk_for(editor, now).approved) == ["Ready"]


def test_the_timetable_has_what_appears_changes_and_disappears_by_the_minute(reporter, editor, now):
    make_article(headline="Appears", hours_ago=-2)
    make_article(headline="Held longer", hours_ago=-1, embargo_until=now + 4 * HOUR)
    make_article(headline="Disappears", unpublish_at=now + 3 * HOUR)
    workflow.update(changed_by(reporter, make_article(headline="Changes")), by=editor, at=now + HOUR)
    rows = [(moment.what, moment.article.headline) for moment in desk.timetable(now)]
    assert rows == [
        ("changes", "Changes"),
        ("appears", "Appears"),
        ("disappears", "Disappears"),
        ("appears", "Held longer"),
    ]


def test_a_long_timetable_is_cut_at_its_far_end(now, monkeypatch):
    monkeypatch.setattr(desk, "TIMETABLE", 2)
    for hours in (9, 8, 7, 6, 5, 4, 3, 2, 1):
        make_article(headline=f"In {hours}", hours_ago=-hours)
    table = desk.timetable(now)
    assert ([moment.article.headline for moment in table], table.more) == (["In 1", "In 2"], True)


def test_the_timetable_ends_after_24_hours_and_has_no_drafts(now):
    make_article(headline="Too late", hours_ago=-25)
    make_article(headline="A plan only", published=False, publish_at=now + HOUR)
    assert not desk.timetable(now)


def test_embargoes_stand_with_the_next_to_end_first_and_without_the_archive(editor, now):
    make_article(headline="Second", published=False, embargo_until=now + 2 * HOUR)
    make_article(headline="First", published=False, embargo_until=now + HOUR)
    make_article(headline="Over", embargo_until=now - HOUR)
    make_article(headline="Archived", published=False, state=State.ARCHIVED, embargo_until=now + HOUR)
    assert headlines(desk.desk_for(editor, now).embargoed) == ["First", "Second"]


def test_unpublished_changes_of_live_stories_are_shown(reporter, editor, now):
    changed_by(reporter, make_article(headline="Live with changes"))
    make_article(headline="Live as it is")
    assert headlines(desk.desk_for(editor, now).changes) == ["Live with changes"]


def test_notes_are_for_whom_they_are_addressed_to_until_they_are_resolved(reporter, editor, now):
    article = make_article()
    for text, resolved in (("Call the ministry", None), ("Done", now)):
        EditorialNote.objects.create(
            article=article, author=editor, addressed_to=reporter, text=text, created=now, resolved_at=resolved
        )
    assert [note.text for note in desk.desk_for(reporter, now).notes] == ["Call the ministry"]
    assert not desk.desk_for(editor, now).notes


def test_published_today_begins_at_midnight_of_the_site(editor, settings):
    midnight = timezone.make_aware(dt.datetime(2026, 11, 23))
    make_article(headline="Today", publish_at=midnight)
    make_article(headline="Yesterday", publish_at=midnight - dt.timedelta(seconds=1))
    make_article(headline="Held until today", publish_at=midnight - HOUR, embargo_until=midnight + HOUR)
    assert sorted(headlines(desk.desk_for(editor, midnight + 2 * HOUR).published)) == ["Held until today", "Today"]


def test_each_of_24_hours_counts_what_appeared_in_it(now):
    now = now.replace(minute=30)
    make_article(publish_at=now - dt.timedelta(minutes=5))
    make_article(publish_at=now - 3 * HOUR)
    make_article(publish_at=now - 30 * HOUR, embargo_until=now - 3 * HOUR)
    make_article(publish_at=now + HOUR)
    hours = desk.published_per_hour(now)
    assert len(hours) == 24
    assert (hours[-1].stories, hours[-4].stories, sum(hour.stories for hour in hours)) == (1, 2, 3)


@pytest.mark.parametrize("role", [REPORTER, EDITOR, CHIEF_EDITOR])
def test_the_desk_costs_the_same_with_2_and_with_40_stories(client, role, django_assert_max_num_queries, now):
    user = make_user(role=role)
    client.force_login(user)
    counted = []
    for number in (2, 38):
        make_articles(number=number)
        for state in (State.DRAFT, State.IN_REVIEW, State.APPROVED):
            make_article(published=False, state=state, created_by=user)
        client.get(INDEX)
        with django_assert_max_num_queries(20) as captured:
            client.get(INDEX)
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_the_first_page_shows_the_desk_and_below_it_the_things(client, reporter):
    make_draft(reporter, headline="Night buses return")
    client.force_login(reporter)
    page = client.get(INDEX).content.decode()
    assert page.index("Night buses return") < page.index("Everything in the admin")
    assert "Waiting for review" not in page


def test_somebody_who_sees_no_stories_has_no_desk(client):
    user = make_user(is_staff=True)
    client.force_login(user)
    page = client.get(INDEX).content.decode()
    assert "My drafts" not in page
    assert "ask your chief editor" in page


def test_the_chart_draws_a_bar_for_each_busy_hour(client, editor):
    make_article(hours_ago=0)
    client.force_login(editor)
    page = client.get(INDEX).content.decode()
    assert page.count("<rect") == 1
    assert "1 story went live in the last 24 hours" in page


def test_late_work_makes_the_desk_red_for_everybody_and_names_duties_to_the_chief(client, reporter, now):
    beat(now - 2 * HOUR)
    DutyRecord.objects.create(name="core.sessions", next_run=now - 5 * HOUR, last_error="Boom", last_error_at=now)
    client.force_login(reporter)
    page = client.get(INDEX).content.decode()
    assert "The background work is not being done" in page
    assert "Boom" not in page
    client.force_login(make_user(role=CHIEF_EDITOR))
    page = client.get(INDEX).content.decode()
    assert "is-late" in page
    assert "Boom" in page


def test_a_newsletter_editor_sees_newsletters_and_no_button_to_write(client):
    client.force_login(make_user(role=NEWSLETTER_EDITOR))
    page = client.get(INDEX).content.decode()
    assert "Newsletters" in page
    assert "Write a story" not in page


def test_a_story_stands_in_one_panel_only(reporter, editor, now):
    workflow.submit(changed_by(reporter, make_article(headline="Waits")), by=reporter)
    changed_by(editor, make_article(headline="Mine"))
    shown = desk.desk_for(editor, now)
    assert (headlines(shown.review), headlines(shown.drafts), headlines(shown.changes)) == (["Waits"], ["Mine"], [])


def test_changes_that_have_their_minute_are_no_draft_any_more(reporter, editor, now):
    workflow.update(changed_by(editor, make_article(headline="Live")), by=editor, at=now + HOUR)
    shown = desk.desk_for(editor, now)
    assert not shown.drafts
    assert headlines(shown.changes) == ["Live"]


def test_people_are_called_by_their_names(client, reporter, now):
    tania = make_user(role=EDITOR, first_name="Tania", last_name="Rahman")
    article = make_draft(reporter, headline="Tannery")
    workflow.submit(article, by=reporter)
    workflow.send_back(article, by=tania, note="Who says so?")
    client.force_login(reporter)
    assert "– Tania Rahman" in client.get(INDEX).content.decode()


@pytest.mark.parametrize("role", [REPORTER, EDITOR, CHIEF_EDITOR, NEWSLETTER_EDITOR])
def test_every_page_leads_to_what_a_person_may_see_and_nowhere_else(client, role):
    client.force_login(make_user(role=role))
    page = client.get(INDEX).content.decode()
    nav = page[page.index('class="newsroom-nav"') : page.index('id="user-tools"')]
    links = re.findall(r'href="([^"]+)"', nav)
    assert links[0] == INDEX
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
