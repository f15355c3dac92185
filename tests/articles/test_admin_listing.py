"""The list of stories: pages by key, its filters, and moves of several stories at once."""

import datetime as dt

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import revising, workflow
from articles.admin.articles import bulk
from articles.models import Article, LogEntry, SectionBeat
from articles.search import index
from articles.states import CHIEF_EDITOR, EDITOR, NEWSLETTER_EDITOR, REPORTER, State
from tests.factories import (
    make_article,
    make_articles,
    make_contributor,
    make_image,
    make_outlet,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = reverse("admin:articles_article_changelist")
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def editor(client):
    user = make_user(role=EDITOR)
    client.force_login(user)
    return user


def shown(client, **asked):
    """The headlines of a page of the list, in order."""
    response = client.get(LIST, asked)
    assert response.status_code == 200
    return [article.headline for article in response.context["cl"].result_list]


def saved(number, **fields):
    """Stories saved a minute apart, the first the newest."""
    now = timezone.now()
    articles = [make_article(headline=f"Saved {place}", **fields) for place in range(number)]
    for place, article in enumerate(articles):
        Article.objects.filter(pk=article.pk).update(modified=now - dt.timedelta(minutes=place))
    return articles


# --- Pages ------------------------------------------------------------------------------------------------------------


def walk(client, link, address):
    """The headlines of every page from `address` on, following one of the two links."""
    pages = []
    while address:
        response = client.get(address)
        pages.append([article.headline for article in response.context["cl"].result_list])
        found = getattr(response.context["cl"], f"{link}_link")
        address = f"{LIST}{found}" if found else ""
    return pages


def test_pages_go_from_the_newest_saved_to_the_oldest_and_back(client, editor, monkeypatch):
    monkeypatch.setattr("articles.admin.articles.listing.ListingMixin.list_per_page", 2)
    saved(5)
    pages = walk(client, "older", LIST)
    assert pages == [["Saved 0", "Saved 1"], ["Saved 2", "Saved 3"], ["Saved 4"]]
    last = client.get(LIST)
    for _page in pages[1:]:
        last = client.get(f"{LIST}{last.context['cl'].older_link}")
    assert walk(client, "newer", f"{LIST}{last.context['cl'].newer_link}") == [pages[1], pages[0]]


def test_stories_saved_in_the_same_moment_are_shown_once_each(client, editor, monkeypatch):
    monkeypatch.setattr("articles.admin.articles.listing.ListingMixin.list_per_page", 2)
    saved(5)
    Article.objects.update(modified=timezone.now())
    pages = walk(client, "older", LIST)
    assert sorted(sum(pages, [])) == [f"Saved {number}" for number in range(5)]


def test_a_story_saved_meanwhile_moves_no_page(client, editor, monkeypatch):
    monkeypatch.setattr("articles.admin.articles.listing.ListingMixin.list_per_page", 2)
    saved(4)
    older = client.get(LIST).context["cl"].older_link
    make_article(headline="Just saved")
    assert walk(client, "older", f"{LIST}{older}") == [["Saved 2", "Saved 3"]]


def test_newer_at_the_top_shows_a_whole_page(client, editor, monkeypatch):
    monkeypatch.setattr("articles.admin.articles.listing.ListingMixin.list_per_page", 3)
    articles = saved(4)
    modified = Article.objects.get(pk=articles[2].pk).modified
    cursor = f"{int(modified.timestamp() * 1_000_000)}-{articles[2].pk}"
    assert shown(client, newer=cursor) == ["Saved 0", "Saved 1", "Saved 2"]


def test_the_links_keep_what_was_asked(client, editor, monkeypatch):
    monkeypatch.setattr("articles.admin.articles.listing.ListingMixin.list_per_page", 1)
    index(saved(2))
    link = client.get(LIST, {"state": "published", "q": "Saved"}).context["cl"].older_link
    assert "state=published" in link
    assert "q=Saved" in link


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-", "-1", "1-2-3", "9" * 30 + "-1", "1-" + "9" * 30, "٣-1"])
def test_a_broken_cursor_leads_back_to_the_list(client, editor, cursor):
    response = client.get(LIST, {"older": cursor})
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?e=1")


@pytest.mark.parametrize("role", [EDITOR, CHIEF_EDITOR])
def test_the_list_costs_the_same_with_20_rows_and_with_200(client, role):
    client.force_login(make_user(role=role))
    counted = []
    for number in (20, 180):
        make_articles(number=number, section=make_section(name=f"Section {number}"))
        client.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST, {"state": "published", "section": make_section(name="Section 20").pk})
        counted.append(len(captured))
        assert not any("COUNT(" in query["sql"] for query in captured)
    assert counted[0] == counted[1] <= 20


def test_the_form_costs_the_same_among_20_stories_and_among_200(client, editor):
    article = make_article(lead_image=make_image(), tags=["Padma"], signed_by=[make_contributor()])
    revising.head_of(article)
    counted = []
    for number in (20, 180):
        make_articles(number=number)
        address = reverse("admin:articles_article_change", args=[article.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 20


# --- Filters ----------------------------------------------------------------------------------------------------------


def test_the_archive_is_out_of_the_way_until_it_is_asked_for(client, editor):
    make_article(headline="Archived", published=False, state=State.ARCHIVED)
    assert shown(client) == []
    assert shown(client, state="archived") == ["Archived"]


def test_a_state_is_that_of_the_story_or_of_its_changes(client, editor):
    make_article(headline="Draft", published=False)
    make_article(headline="In review", published=False, state=State.IN_REVIEW)
    make_article(headline="Changes in review", change_state=State.IN_REVIEW)
    make_article(headline="Later", hours_ago=-1)
    assert shown(client, state="draft") == ["Draft"]
    assert sorted(shown(client, state="in_review")) == ["Changes in review", "In review"]
    assert shown(client, state="scheduled") == ["Later"]


def test_a_section_stands_for_all_below_it_and_no_name_alike(client, editor):
    sport = make_section(name="Sport")
    for section in (sport, make_section(name="Cricket", parent=sport), make_section(name="Sportswear")):
        make_article(headline=section.name, section=section)
    assert sorted(shown(client, section=sport.pk)) == ["Cricket", "Sport"]


def test_an_edition_an_author_and_changes_narrow_the_list(client, editor):
    kabir = make_contributor(initials="Hk", outlet=make_outlet())
    make_article(headline="Signed", signed_by=[kabir])
    make_article(headline="বাংলা", language="bn")
    make_article(headline="Changed", change_state=State.DRAFT)
    assert shown(client, language="bn") == ["বাংলা"]
    assert shown(client, author="hk") == shown(client, author="Hasan") == ["Signed"]
    assert shown(client, changes="on") == ["Changed"]


def test_mine_are_those_that_i_began(client, editor):
    make_article(headline="Mine", created_by=editor)
    make_article(headline="Not mine")
    assert shown(client, mine="on") == ["Mine"]


def test_days_are_whole_days_of_the_site(client, editor):
    first = timezone.make_aware(dt.datetime(2026, 3, 1))
    make_article(headline="First moment", publish_at=first)
    make_article(headline="Before", publish_at=first - dt.timedelta(seconds=1))
    make_article(headline="Last moment", publish_at=first + 48 * HOUR - dt.timedelta(seconds=1))
    make_article(headline="After", publish_at=first + 48 * HOUR)
    assert sorted(shown(client, first="2026-03-01", last="2026-03-02")) == ["First moment", "Last moment"]


@pytest.mark.parametrize(("period", "days_ago", "is_in"), [("week", 6, True), ("week", 9, False), ("month", 29, True)])
def test_a_period_ends_today(client, editor, period, days_ago, is_in):
    make_article(headline="Story", hours_ago=24 * days_ago)
    assert bool(shown(client, period=period)) is is_in


def test_a_search_finds_an_id_also_in_the_archive(client, editor):
    article = make_article(headline="Found", published=False, state=State.ARCHIVED)
    make_article(headline=f"No match for {article.pk}")
    assert shown(client, q=str(article.pk)) == shown(client, q=f"#{article.pk}") == ["Found"]


def test_a_search_finds_the_id_at_the_source_and_the_byline_code(client, editor):
    make_article(headline="Sourced", source_id="agency/2026-11")
    make_article(headline="Signed", byline_code="Bd24live/Hk")
    assert shown(client, q="agency/2026-11") == ["Sourced"]
    assert shown(client, q="Bd24live / Hk.") == ["Signed"]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"author": "Nobody at all"}, "Nobody is called that"),
        ({"first": "0001-01-01"}, "greater than or equal"),
        ({"first": "yesterday"}, "valid date"),
        ({"first": "2026-02-02", "last": "2026-02-01"}, "before the first"),
        ({"section": "99999999"}, "valid choice"),
        ({"state": "nonsense"}, "valid choice"),
        ({"q": "x" * 201}, "at most 200"),
    ],
)
def test_what_cannot_be_understood_is_said_and_shows_no_stories(client, editor, asked, word):
    make_article()
    response = client.get(LIST, asked)
    assert response.context["cl"].result_list == []
    assert word in response.content.decode()


def test_a_number_larger_than_any_id_is_words(client, editor):
    assert shown(client, q="9" * 40) == []


# --- Several at once --------------------------------------------------------------------------------------------------


def move(client, name, articles, **data):
    picked = [article.pk for article in articles]
    return client.post(LIST, {"action": f"bulk_{name}", "_selected_action": picked, **data}, follow=True)


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


def test_each_story_is_moved_by_itself_and_refusals_are_said_by_name(client, editor):
    politics, sport = make_section(name="Politics"), make_section(name="Sport")
    SectionBeat.objects.create(user=editor, section=sport)
    good = make_article(headline="Derby", published=False, section=sport)
    other = make_article(headline="Vote", published=False, section=politics)
    report = told(move(client, "approve", [good, other]))
    assert "1 approved; 1 refused" in report
    assert "Vote: You may not do this with a story of this section" in report
    assert [Article.objects.get(pk=pk).state for pk in (good.pk, other.pk)] == [State.APPROVED, State.DRAFT]


def test_what_was_so_already_is_counted_apart(client, editor):
    articles = [make_article(published=False, state=State.APPROVED), make_article(published=False)]
    assert "1 approved; 1 were so already." in told(move(client, "approve", articles))


def test_publishing_asks_first_with_what_will_happen_to_each(client, editor):
    article = make_article(headline="Ferries", published=False)
    page = move(client, "publish", [article]).content.decode()
    assert "goes live at once" in page
    assert Article.objects.get().state == State.DRAFT


def test_confirmed_stories_are_published_and_logged(client, editor):
    article = make_article(headline="Ferries", published=False)
    report = told(move(client, "publish", [article], confirmed="1", anyway=[article.pk]))
    assert "1 published or scheduled." in report
    assert Article.objects.published(timezone.now()).get() == article
    assert LogEntry.objects.get(action="publish").by == editor


def test_a_story_with_an_error_is_not_published_whatever_is_ticked(client, editor):
    article = make_article(headline="Empty", body="", published=False)
    assert "1 refused" in told(move(client, "publish", [article], confirmed="1", anyway=[article.pk]))
    assert Article.objects.get().state == State.DRAFT


def test_a_story_with_a_warning_is_published_only_when_ticked(client, editor):
    article = make_article(headline="So long a headline " * 8, published=False)
    assert "Publish all the same" in move(client, "publish", [article]).content.decode()
    assert "Tick it to publish anyway" in told(move(client, "publish", [article], confirmed="1"))
    assert "1 published" in told(move(client, "publish", [article], confirmed="1", anyway=[article.pk]))


def test_withdrawing_takes_one_reason_for_all(client, editor):
    articles = [make_article(), make_article()]
    assert b"Say why" in move(client, "withdraw", articles, confirmed="1", reason=" ").content
    assert "2 withdrawn." in told(move(client, "withdraw", articles, confirmed="1", reason="Made up."))
    assert set(Article.objects.values_list("state", "withdrawal_note")) == {("withdrawn", "Made up.")}


def test_a_story_that_is_gone_is_counted(client, editor):
    kept, gone = make_article(published=False), make_article(published=False)
    picked = [kept, Article(pk=gone.pk)]
    gone.delete()
    assert "1 approved; 1 no longer there." in told(move(client, "approve", picked))


def test_a_story_that_left_the_list_meanwhile_is_moved_all_the_same(client, editor):
    article = make_article(published=False, state=State.IN_REVIEW)
    data = {"action": "bulk_approve", "_selected_action": [article.pk]}
    assert "1 approved." in told(client.post(f"{LIST}?state=draft", data, follow=True))


def test_more_than_a_report_holds_are_refused(client, editor):
    report = told(client.post(LIST, {"action": "bulk_approve", "_selected_action": range(1, 102)}, follow=True))
    assert "At most 100 stories" in report


def test_a_failing_database_refuses_one_story_and_moves_the_next(client, editor, monkeypatch):
    first, second = make_article(headline="First", published=False), make_article(headline="Second", published=False)

    def flaky(article, **words):
        if article.pk == first.pk:
            raise OperationalError("deadlock detected")
        return workflow.approve(article, **words)

    monkeypatch.setitem(bulk.BULK, "approve", bulk.Bulk(flaky, "Approve", bulk.BULK["approve"].done))
    report = told(move(client, "approve", [first, second]))
    assert "1 approved; 1 refused" in report
    assert "First: The database did not take it" in report
    assert Article.objects.get(pk=second.pk).state == State.APPROVED


@pytest.mark.parametrize(
    ("role", "moves"),
    [
        (REPORTER, {"bulk_submit"}),
        (EDITOR, {"bulk_submit", "bulk_approve", "bulk_publish", "bulk_archive", "bulk_withdraw"}),
        (NEWSLETTER_EDITOR, set()),
    ],
)
def test_each_role_is_offered_what_it_may_do(client, role, moves):
    make_article()
    client.force_login(make_user(role=role))
    form = client.get(LIST).context["action_form"]
    offered = {value for value, _name in form.fields["action"].choices if value} if form else set()
    assert offered == moves


def test_a_reporter_who_forges_an_action_moves_nothing(client):
    client.force_login(make_user(role=REPORTER))
    article = make_article(published=False)
    move(client, "publish", [article], confirmed="1", anyway=[article.pk])
    assert Article.objects.get().state == State.DRAFT
