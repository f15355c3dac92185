import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from articles import workflow
from newsletter import placeholders
from newsletter.checking.findings import wrong
from newsletter.composing import preflight as checks
from newsletter.composing.preflight import Level, preflight, too_large
from newsletter.models import Block
from newsletter.states import BlockKind, IssueState
from newsportal.core.duties import beat
from tests.factories import make_article, make_image
from tests.newsletter.factories import make_confirmed, make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def issue(settings, now):
    """One that nothing is wrong with."""
    settings.SITE_URL = "https://news.example.org"
    beat(now)
    issue = make_issue(preheader="All of it")
    add(issue, article=make_article(headline="Fine", lead_image=make_image()))
    make_confirmed(newsletter=issue.newsletter)
    return issue


def add(issue, kind=BlockKind.STORY, **fields):
    return Block.objects.create(issue=issue, kind=kind, position=issue.blocks.count(), **fields)


def found(issue, now, **options):
    return {(finding.level, finding.message) for finding in preflight(issue, now=now, **options).findings}


def says(issue, now, level, words):
    return any(finding[0] == level and words in finding[1] for finding in found(issue, now))


def test_nothing_is_found_but_the_number_of_readers(issue, now):
    look = preflight(issue, now=now)
    assert [(finding.level, finding.message) for finding in look.findings] == [(Level.NOTE, "It goes to 1 reader.")]
    assert (look.stops, look.asks, look.readers) == (False, False, 1)
    assert 3_000 < look.octets < 30_000


def test_an_issue_with_nothing_in_it_is_stopped(issue, now):
    issue.blocks.all().delete()
    add(issue, BlockKind.TEXT)
    assert says(issue, now, Level.ERROR, "There is nothing in the issue.")
    add(issue, BlockKind.HEADING, heading="Rivers")
    assert says(issue, now, Level.WARNING, "There is no story")


def test_a_withdrawn_story_asks_and_is_named_with_its_place(issue, now):
    gone = add(issue, article=make_article(headline="Gone"))
    workflow.withdraw(gone.article, by=None, reason="It was wrong.", now=now)
    finding = next(finding for finding in preflight(issue, now=now).findings if "Gone" in finding.message)
    assert (finding.level, finding.position) == (Level.WARNING, 1)


def test_a_story_that_is_out_by_then_is_fine(issue, now):
    add(issue, article=make_article(headline="Later", hours_ago=-2))
    assert says(issue, now, Level.WARNING, "Later")
    issue.send_at = now + dt.timedelta(hours=3)
    assert not says(issue, now, Level.WARNING, "Later")


def test_a_story_of_the_last_issue_is_said(issue, now):
    last = make_issue(state=IssueState.DONE, send_at=now, started_at=now)
    Block.objects.create(issue=last, article=issue.blocks.get().article)
    assert says(issue, now, Level.WARNING, "one of the last issues: Fine")


def test_pictures_without_words_are_said(issue, now):
    add(issue, article=make_article(headline="Bare", lead_image=make_image(alt_text="")))
    add(issue, BlockKind.PICTURE, image=make_image(alt_text="", title="River"))
    add(issue, BlockKind.PICTURE)
    assert says(issue, now, Level.WARNING, "no alternative text: Bare")
    assert says(issue, now, Level.WARNING, "no alternative text: River")
    assert says(issue, now, Level.WARNING, "has no picture")


def test_dead_links_to_this_site_are_found_without_a_request(issue, now):
    draft = make_article(headline="Draft", published=False)
    links = f"<p><a href='/nowhere/at/all/to/go'>x</a> <a href='/world/{draft.pk}/draft/'>y</a> <a href='/latest/'>z</a></p>"
    add(issue, BlockKind.TEXT, text=links.replace("'", '"'))
    assert says(issue, now, Level.WARNING, "There is no such page")
    assert says(issue, now, Level.WARNING, "Readers do not see this story")
    assert not says(issue, now, Level.WARNING, "/latest/")


def test_size_warns_at_80_and_stops_at_100_kilobytes(issue, now, monkeypatch):
    size = preflight(issue, now=now).octets
    monkeypatch.setattr(checks, "LARGE", size)
    assert says(issue, now, Level.WARNING, "Leave something out")
    monkeypatch.setattr(checks, "TOO_LARGE", size)
    assert says(issue, now, Level.ERROR, "Gmail cuts it")
    assert preflight(issue, now=now).stops


def test_an_issue_for_nobody_is_stopped(now):
    assert says(make_issue(), now, Level.ERROR, "Nobody would get it")


def test_words_are_looked_at(issue, now):
    issue.subject, issue.subject_b, issue.preheader = "x" * 90, "x" * 90, ""
    assert says(issue, now, Level.NOTE, "cut the subject")
    assert says(issue, now, Level.WARNING, "Both subjects are the same")
    assert says(issue, now, Level.NOTE, "no preheader")


def test_a_site_without_https_and_a_worker_that_is_away_are_said(issue, settings, now):
    settings.SITE_URL = "http://news.example.org"
    assert says(issue, now, Level.WARNING, "not on https")
    assert says(issue, now + dt.timedelta(hours=2), Level.WARNING, "background work is not being done")


def test_a_broken_template_is_stopped(issue, now, monkeypatch):
    mail = checks.render(issue, now=now)
    broken = replace(mail, html=mail.html.replace(placeholders.UNSUBSCRIBE_URL, "#", 1))
    monkeypatch.setattr(checks, "render", lambda *args, **kwargs: broken)
    assert says(issue, now, Level.ERROR, "link to unsubscribe")


def test_it_looks_in_a_few_queries_however_long_the_issue(issue, now, django_assert_max_num_queries):
    for _number in range(20):
        add(issue, article=make_article(lead_image=make_image()))
    preflight(issue, now=now)
    with django_assert_max_num_queries(10):
        preflight(issue, now=now)


def test_what_sends_itself_is_held_when_it_is_too_large(issue, now):
    assert too_large(checks.render(issue, now=now)) == ""


def test_mail_server_and_domain_are_asked_only_when_that_is_wanted(issue, now, monkeypatch):
    asked = []

    class Records:
        def _ask(self, name):
            asked.append(name)
            return []

        texts = mail_servers = addresses = names_of = _ask

    monkeypatch.setattr(checks, "Names", Records)
    monkeypatch.setattr("newsletter.checking.house.relay", lambda: [wrong("Mail server", "It cannot be used: away")])
    preflight(issue, now=now)
    assert asked == []
    assert says(issue, now, Level.NOTE, "It goes to 1 reader.")
    found_there = found(issue, now, ask_elsewhere=True)
    assert (Level.WARNING, "Mail server: It cannot be used: away") in found_there
    assert asked
