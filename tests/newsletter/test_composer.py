"""The composer: every button saves the whole form, and nothing that was typed is lost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.states import EDITOR, NEWSLETTER_EDITOR
from newsletter import issuing
from newsletter.admin.issues.forms import picture_choices
from newsletter.composing import writing
from newsletter.composing.writing import Piece, Words
from newsletter.models import Issue
from newsletter.states import BlockKind, IssueState
from tests.factories import make_article, make_image, make_user
from tests.newsletter.factories import make_issue, make_list
from tests.tags import Tags

pytestmark = pytest.mark.django_db
FIELDS = ("kind", "article", "heading", "text", "source", "url", "image", "is_lead", "is_whole", "place")


@pytest.fixture
def editor(client):
    user = make_user(role=NEWSLETTER_EDITOR)
    client.force_login(user)
    return user


def write(issue, *pieces, **words):
    values = {"subject": "Ferries", **words}
    return writing.save(issue, Words(**values, pieces=pieces), version=issue.version, by=None, now=timezone.now())


def address(issue, page="change"):
    return reverse(f"admin:newsletter_issue_{page}", args=[issue.pk])


def sent(issue, *, blocks=None, **values):
    """The form as a browser sends it: what is stored, with `values` in the place of it."""
    words = writing.words_of(issue)
    rows = [vars(piece) | {"place": place} for place, piece in enumerate(words.pieces)] if blocks is None else blocks
    data = {
        "subject": words.subject,
        "subject_b": words.subject_b,
        "preheader": words.preheader,
        "version": issue.version,
        "block-TOTAL_FORMS": len(rows),
        "block-INITIAL_FORMS": len(rows),
    }
    for number, row in enumerate(rows):
        data |= {f"block-{number}-{name}": row[name] for name in FIELDS if row.get(name) not in (None, False)}
    return data | values


def test_the_page_shows_what_is_stored(client, editor):
    issue = write(make_issue(), Piece(BlockKind.HEADING, heading="Rivers"), Piece("story", article=make_article().pk))
    page = client.get(address(issue)).content.decode()
    assert 'value="Rivers"' in page
    assert 'value="Ferries"' in page
    assert page.count("data-block>") == 2


def test_a_text_block_has_its_editor_wherever_it_stands(client, editor):
    issue = write(make_issue(), Piece(BlockKind.HEADING, heading="Rivers"), Piece(BlockKind.TEXT))
    assert "django_prose_editor/editor.js" in client.get(address(issue)).content.decode()


def test_saving_stores_the_words_and_says_so(client, editor):
    issue = write(make_issue(), Piece(BlockKind.HEADING, heading="Rivers"))
    response = client.post(
        address(issue), sent(issue, subject="Fog", _save="1", **{"block-0-heading": "Roads"}), follow=True
    )
    issue.refresh_from_db()
    assert (issue.subject, issue.blocks.get().heading, issue.edited_by) == ("Fog", "Roads", editor)
    assert "The issue is saved." in response.content.decode()


def test_blocks_are_added_at_the_end(client, editor):
    issue = write(make_issue(), Piece(BlockKind.HEADING, heading="Rivers"))
    response = client.post(address(issue), sent(issue, _add="quote"))
    assert response["Location"].endswith("#block-1")
    assert [block.kind for block in issue.blocks.all()] == ["heading", "quote"]


def test_a_story_is_added_once(client, editor):
    issue, story = write(make_issue()), make_article()
    client.post(address(issue), sent(issue, _story=story.pk))
    issue.refresh_from_db()
    page = client.post(address(issue), sent(issue, _story=story.pk), follow=True)
    assert issue.blocks.get().article == story
    assert "in the issue already" in page.content.decode()


@pytest.mark.parametrize(
    ("button", "order"),
    [
        ({"_up": "2"}, "acb"),
        ({"_down": "0"}, "bac"),
        ({"_remove": "1"}, "ac"),
        ({"_up": "0"}, "abc"),
        ({"_up": "x"}, "abc"),
        ({"_up": "²"}, "abc"),
        ({"_remove": "9" * 5000}, "abc"),
        ({"_story": "²"}, "abc"),
        ({"_story": "9" * 5000}, "abc"),
    ],
)
def test_blocks_are_moved_and_removed(client, editor, button, order):
    issue = write(make_issue(), *(Piece(BlockKind.HEADING, heading=letter) for letter in "abc"))
    client.post(address(issue), sent(issue, **button))
    assert "".join(block.heading for block in issue.blocks.all()) == order


def test_buttons_mean_the_block_they_stand_in_after_a_script_has_moved_it(client, editor):
    issue = write(make_issue(), *(Piece(BlockKind.HEADING, heading=letter) for letter in "abc"))
    places = {"block-0-place": 2, "block-1-place": 0, "block-2-place": 1}
    client.post(address(issue), sent(issue, _remove="0", **places))
    assert "".join(block.heading for block in issue.blocks.all()) == "bc"


def test_filling_puts_in_what_appeared(client, editor):
    story = make_article()
    issue = write(make_issue())
    client.post(address(issue), sent(issue, _fill="1"))
    block = issue.blocks.get()
    assert (block.article, block.is_lead) == (story, True)


def test_a_story_may_be_in_it_as_a_whole_and_only_a_story(client, editor):
    issue = write(make_issue(), Piece("story", article=make_article().pk), Piece(BlockKind.HEADING, heading="Rivers"))
    ticks = {"block-0-is_whole": "on", "block-1-is_whole": "on"}
    client.post(address(issue), sent(issue, _save="1", **ticks))
    assert [block.is_whole for block in issue.blocks.all()] == [True, False]
    boxes = Tags(client.get(address(issue)).content.decode()).all("input")
    assert [("checked" in box) for box in boxes if box.get("name", "").endswith("-is_whole")] == [True]


def test_what_somebody_saved_meanwhile_is_not_overwritten_and_nothing_typed_is_lost(client, editor):
    issue = write(make_issue(), Piece(BlockKind.HEADING, heading="Mine"))
    stale = sent(issue, subject="My subject", _save="1", **{"block-0-heading": "My heading"})
    write(issue, Piece(BlockKind.HEADING, heading="Theirs"), subject="Their subject")
    response = client.post(address(issue), stale)
    page = response.content.decode()
    issue.refresh_from_db()
    assert (response.status_code, issue.subject) == (409, "Their subject")
    for words in ("My subject", "My heading", "Their subject", "Theirs"):
        assert words in page
    assert f'name="version" value="{issue.version}"' in page


def test_a_bad_field_saves_nothing_and_comes_back_as_it_was_typed(client, editor):
    issue = write(make_issue(), Piece(BlockKind.HEADING, heading="Rivers"))
    data = sent(issue, subject="", _save="1", **{"block-0-url": "javascript:alert(1)", "block-0-heading": "Typed"})
    response = client.post(address(issue), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Typed"' in page
    assert "javascript:alert(1)" in page
    assert issue.blocks.get().heading == "Rivers"


def test_a_story_that_was_deleted_meanwhile_is_said(client, editor):
    issue = write(make_issue())
    row = {"kind": "story", "article": 987654, "place": 0}
    response = client.post(address(issue), sent(issue, blocks=[row], _save="1"))
    assert response.status_code == 422
    assert "does not exist any more" in response.content.decode()


def test_saving_takes_an_approval_back(client, editor):
    issue = write(make_issue(), Piece(BlockKind.HEADING, heading="Rivers"))
    issuing.approve(issue, by=make_user(role=NEWSLETTER_EDITOR), now=timezone.now())
    assert "takes the approval back" in client.get(address(issue)).content.decode()
    client.post(address(issue), sent(issue, _save="1"))
    issue.refresh_from_db()
    assert issue.state == IssueState.APPROVED
    client.post(address(issue), sent(issue, subject="Other", _save="1"))
    issue.refresh_from_db()
    assert (issue.state, issue.approved_by) == (IssueState.DRAFT, None)


def test_buttons_lead_on_once_it_is_saved(client, editor):
    issue = write(make_issue(), Piece(BlockKind.HEADING, heading="Rivers"))
    response = client.post(address(issue), sent(issue, subject="New", _move_schedule="1"))
    assert response["Location"] == reverse("admin:newsletter_issue_move", args=[issue.pk, "schedule"])
    assert Issue.objects.get().subject == "New"


def test_search_finds_published_stories_of_the_edition(client, editor):
    make_article(headline="Ferries in fog")
    make_article(headline="Ferries, a draft", published=False)
    issue = make_issue()
    page = client.get(address(issue, "stories"), {"q": "ferries"}).content.decode()
    assert "Ferries in fog" in page
    assert "draft" not in page


def test_a_new_issue_begins_with_a_text_block_and_stories(client, editor):
    story = make_article()
    newsletter = make_list()
    response = client.post(reverse("admin:newsletter_issue_add"), {"newsletter": newsletter.pk, "fill": "on"})
    issue = Issue.objects.get()
    assert response["Location"] == address(issue)
    assert [(block.kind, block.article) for block in issue.blocks.all()] == [("text", None), ("story", story)]
    assert issue.subject.startswith("The morning, ")


def test_the_queries_do_not_grow_with_the_blocks(client, editor, django_assert_max_num_queries):
    issue = write(make_issue(), *(Piece("story", article=make_article(lead_image=make_image()).pk) for _ in range(2)))
    client.get(address(issue))
    with django_assert_max_num_queries(20):
        client.get(address(issue))
    pieces = [Piece("story", article=make_article().pk) for _ in range(20)]
    write(issue, *pieces)
    with django_assert_max_num_queries(20):
        assert client.get(address(issue)).content.count(b"data-block>") == 20


def test_who_may_not_change_issues_sees_how_it_stands(client):
    client.force_login(make_user(role=EDITOR))
    issue = make_issue()
    assert client.get(address(issue)).status_code == 404
    assert client.post(address(issue), {}).status_code == 404
    assert client.get(address(issue, "frame")).status_code == 403
    assert client.get(address(issue, "stories")).status_code == 403


@pytest.mark.parametrize("number", [2, 20])
def test_the_pictures_to_choose_from_cost_one_query(django_assert_num_queries, number):
    pictures = [make_image(title=f"Picture {n}") for n in range(number)]
    with django_assert_num_queries(1):
        choices = picture_choices([pictures[0].pk])
    assert [pk for pk, _name in choices] == ["", *(image.pk for image in reversed(pictures))]
