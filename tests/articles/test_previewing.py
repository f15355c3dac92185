import datetime as dt

import pytest
from django.utils import timezone

from articles import previewing, revising
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import LogEntry, PreviewLink, PreviewOpening, SectionBeat
from articles.states import NEWSLETTER_EDITOR, REPORTER
from tests.factories import make_article, make_section, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)


def make_link(*, article=None, by=None, now=NOW, **fields):
    article = article or make_article(published=False)
    return previewing.make_link(article, revising.head_of(article), by=by, now=now, **fields)


def test_a_link_lasts_three_days_unless_told_otherwise():
    assert make_link().expires_at == NOW + dt.timedelta(days=3)


def test_tokens_are_long_and_never_the_same():
    tokens = {make_link().token for _number in range(5)}
    assert len(tokens) == 5
    assert min(map(len, tokens)) >= 43


@pytest.mark.parametrize("expires_in", [HOUR - SECOND, dt.timedelta(days=14) + SECOND, -HOUR])
def test_a_link_lasts_neither_a_moment_nor_for_ever(expires_in):
    with pytest.raises(NewsroomError, match="14 days"):
        make_link(expires_in=expires_in)
    assert not PreviewLink.objects.exists()


@pytest.mark.parametrize("expires_in", [HOUR, dt.timedelta(days=14)])
def test_the_shortest_and_the_longest_are_allowed(expires_in):
    assert make_link(expires_in=expires_in).expires_at == NOW + expires_in


def test_making_is_logged_without_the_token():
    reporter = make_user(role=REPORTER)
    link = make_link(by=reporter, label="Ms Rahman, lawyer")
    entry = LogEntry.objects.get(action="share_preview")
    assert (entry.by, entry.note, entry.new["revision"]) == (reporter, "Ms Rahman, lawyer", 1)
    assert link.token not in str(entry.new)


@pytest.mark.parametrize("role", [None, NEWSLETTER_EDITOR])
def test_who_does_not_write_does_not_share(role):
    with pytest.raises(NotAllowed):
        make_link(by=make_user(role=role))


def test_a_reporter_with_a_beat_shares_no_story_of_another():
    reporter = make_user(role=REPORTER)
    SectionBeat.objects.create(user=reporter, section=make_section(name="Sport"))
    with pytest.raises(NotAllowed):
        make_link(article=make_article(published=False), by=reporter)


def test_a_text_that_is_being_written_cannot_be_shared():
    article, reporter = make_article(published=False), make_user(role=REPORTER)
    content = revising.head_of(article).content | {"headline": "Half"}
    kept = revising.autosave(article, content, by=reporter, base=None)
    with pytest.raises(NewsroomError, match="not saved"):
        previewing.make_link(article, kept, by=reporter)


def test_a_revision_of_another_story_is_refused():
    one, other = make_article(published=False), make_article(published=False)
    with pytest.raises(NewsroomError, match="another story"):
        previewing.make_link(one, revising.head_of(other), by=None)


def test_a_label_that_does_not_fit_is_refused():
    with pytest.raises(NewsroomError, match="120"):
        make_link(label="x" * 121)


def test_opening_gives_the_text_and_is_written_down():
    link = make_link()
    opened = previewing.open_link(link.token, now=NOW, network="203.0.113.0/24")
    assert opened.revision == link.revision
    row = PreviewOpening.objects.get()
    assert (row.link, row.at, row.network) == (link, NOW, "203.0.113.0/24")


def test_openings_of_one_network_do_not_fill_the_database(monkeypatch):
    monkeypatch.setattr(previewing, "OPENINGS_AN_HOUR", 2)
    link = make_link()
    for network in ["203.0.113.0/24"] * 5 + ["198.51.100.0/24"]:
        assert previewing.open_link(link.token, now=NOW, network=network) == link
    assert PreviewOpening.objects.count() == 3


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "ক" * 500, "' OR 1=1 --"])
def test_a_token_that_was_never_given_is_unknown(token):
    make_link()
    with pytest.raises(previewing.UnknownLink):
        previewing.open_link(token, now=NOW, network="")


def test_a_link_ends_at_its_second():
    link = make_link(expires_in=HOUR)
    assert previewing.open_link(link.token, now=NOW + HOUR - SECOND, network="") == link
    with pytest.raises(previewing.EndedLink) as ended:
        previewing.open_link(link.token, now=NOW + HOUR, network="")
    assert ended.value.end is previewing.End.EXPIRED
    assert PreviewOpening.objects.count() == 1


def test_a_revoked_link_shows_nothing_and_that_is_logged():
    link, reporter = make_link(), make_user(role=REPORTER)
    previewing.revoke(link, by=reporter, now=NOW)
    with pytest.raises(previewing.EndedLink) as ended:
        previewing.open_link(link.token, now=NOW, network="")
    assert ended.value.end is previewing.End.REVOKED
    assert LogEntry.objects.get(action="revoke_preview").by == reporter


def test_revoking_again_changes_nothing():
    link = make_link()
    for later in (HOUR, 2 * HOUR):
        previewing.revoke(link, by=None, now=NOW + later)
    assert link.revoked_at == NOW + HOUR
    assert LogEntry.objects.filter(action="revoke_preview").count() == 1


def test_who_does_not_write_does_not_revoke():
    link = make_link()
    with pytest.raises(NotAllowed):
        previewing.revoke(link, by=make_user(role=NEWSLETTER_EDITOR), now=NOW)
    assert PreviewLink.objects.get().revoked_at is None


def test_links_come_with_their_openings_newest_first(django_assert_num_queries):
    article = make_article(published=False)
    first, second = make_link(article=article), make_link(article=article, now=NOW + HOUR)
    for number in range(3):
        previewing.open_link(first.token, now=NOW + number * SECOND, network="")
    with django_assert_num_queries(2):
        links = list(previewing.links_of(article))
        assert [(link, link.number, len(link.latest)) for link in links] == [(second, 0, 0), (first, 3, 3)]
    assert links[1].last == NOW + 2 * SECOND


def test_a_draft_is_shown_with_the_time_at_which_it_would_go_out():
    article = make_article(published=False)
    shown = previewing.as_published(article, revising.head_of(article).content, now=NOW)
    assert shown.publish_at == NOW
    article.publish_at = NOW + HOUR
    assert previewing.as_published(article, article.head.content, now=NOW).publish_at == NOW + HOUR


def test_only_what_would_change_a_live_story_says_it_was_updated():
    article, now = make_article(headline="Out"), timezone.now()
    content = revising.head_of(article).content
    assert previewing.as_published(article, content, now=now).updated_at is None
    changed = previewing.as_published(article, content | {"headline": "New"}, now=now)
    assert changed.updated_at == now.replace(microsecond=0)


def test_looking_does_not_change_the_story():
    article = make_article(headline="Out", tags=["Padma"])
    content = revising.head_of(article).content | {"headline": "New", "tags": ["Fog"]}
    previewing.as_published(article, content, now=NOW)
    article.refresh_from_db()
    assert (article.headline, [tag.name for tag in article.tags.all()]) == ("Out", ["Padma"])


@pytest.mark.parametrize("slug", ["two words", "12", "a/b", None])
def test_a_slug_that_is_being_typed_breaks_no_preview(slug):
    article = make_article(published=False, headline="Ferries")
    content = revising.head_of(article).content | {"slug": slug}
    assert previewing.as_published(article, content, now=NOW).get_absolute_url().endswith("/ferries/")
