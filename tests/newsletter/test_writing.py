import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from articles.states import EDITOR, NEWSLETTER_EDITOR
from newsletter import issuing
from newsletter.composing import writing
from newsletter.composing.writing import Piece, StaleIssue, Words
from newsletter.models import Issue, IssueLogEntry
from newsletter.states import BlockKind, IssueState, NewsletterError
from tests.factories import make_article, make_user
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_issue, make_list

pytestmark = pytest.mark.django_db


def save(issue, words, *, by=None, now=NOW, version=None):
    return writing.save(issue, words, version=issue.version if version is None else version, by=by, now=now)


def heading(text):
    return Piece(BlockKind.HEADING, heading=text)


def test_what_is_saved_is_what_was_written():
    story = make_article()
    words = Words("Fog", "Sun", "All of it", (heading("Rivers"), Piece("story", article=story.pk, is_lead=True)))
    issue = save(make_issue(), words)
    assert writing.words_of(issue) == words
    assert (issue.subject, issue.subject_b, issue.preheader) == ("Fog", "Sun", "All of it")


def test_a_save_on_an_older_version_is_refused_and_changes_nothing():
    issue = make_issue()
    older = Issue.objects.get(pk=issue.pk)
    save(issue, Words("Theirs"))
    with pytest.raises(StaleIssue) as stale:
        save(older, Words("Mine"), version=1)
    assert stale.value.issue.subject == "Theirs"
    assert Issue.objects.get().subject == "Theirs"


def test_the_same_words_change_nothing():
    issue = save(make_issue(), Words("Fog", pieces=(heading("Rivers"),)))
    before = (issue.version, issue.modified, issue.blocks.get().pk)
    again = save(issue, Words(" Fog ", pieces=(heading("Rivers"),)), now=NOW + dt.timedelta(hours=1))
    assert (again.version, again.modified, again.blocks.get().pk) == before


def test_a_change_ends_an_approval():
    issue = make_issue(state=IssueState.APPROVED, approved_by=make_user())
    issue = save(issue, Words("Other"))
    assert (issue.state, issue.approved_by, issue.subject) == (IssueState.DRAFT, None, "Other")
    assert set(IssueLogEntry.objects.values_list("action", flat=True)) == {"reopen", "edit"}


@pytest.mark.parametrize("state", [state for state in IssueState if state not in writing.EDITABLE])
def test_what_is_on_its_way_is_not_changed(state):
    issue = make_issue(state=state, send_at=NOW)
    with pytest.raises(NewsletterError, match="take it back to the desk"):
        save(issue, Words("Other"))


def test_the_log_has_one_row_a_sitting_of_each_person():
    issue, one, other = make_issue(), make_user(role=NEWSLETTER_EDITOR), make_user(role=NEWSLETTER_EDITOR)
    for number, by in enumerate((one, one, other, one)):
        save(issue, Words(f"Subject {number}"), by=by, now=NOW + dt.timedelta(minutes=number))
    assert IssueLogEntry.objects.filter(action="edit").count() == 2
    save(issue, Words("Later"), by=one, now=NOW + dt.timedelta(hours=1))
    assert IssueLogEntry.objects.filter(action="edit").count() == 3


def test_a_story_stands_once_and_lines_are_clean():
    story = make_article()
    pieces = (
        Piece("story", article=story.pk, heading="One\r\nBcc: x@example.org"),
        Piece("story", article=story.pk),
        Piece("quote", text="a\x00b\r\n\r\n\r\n\r\nc", source="x\ny"),
        Piece("text", text="<p onclick='x'>Hi<script>1</script></p>"),
        Piece("heading", article=story.pk, heading="h"),
    )
    words = writing.words_of(save(make_issue(), Words("a\r\nBcc: y@example.org", pieces=pieces)))
    assert words.subject == "a Bcc: y@example.org"
    assert [piece.kind for piece in words.pieces] == ["story", "quote", "text", "heading"]
    assert words.pieces[0].heading == "One Bcc: x@example.org"
    assert words.pieces[1].text == "ab\n\nc"
    assert words.pieces[1].source == "x y"
    assert words.pieces[2].text == "<p>Hi</p>"
    assert words.pieces[3].article is None


def test_there_is_an_end_to_how_many_blocks_there_are():
    pieces = tuple(heading(str(number)) for number in range(writing.MOST_BLOCKS + 5))
    assert save(make_issue(), Words("Long", pieces=pieces)).blocks.count() == writing.MOST_BLOCKS


def test_a_copy_is_a_new_draft_with_the_same_words():
    issue = save(make_issue(), Words("Fog", "", "p", (heading("Rivers"),)))
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.CANCELLED)
    issue.refresh_from_db()
    made = writing.copy(issue, by=None, now=NOW)
    assert made.pk != issue.pk
    assert (made.state, writing.words_of(made)) == (IssueState.DRAFT, writing.words_of(issue))


def test_only_drafts_are_thrown_away():
    draft = make_issue()
    writing.discard(draft, by=None)
    assert not Issue.objects.exists()
    with pytest.raises(NewsletterError, match="Only a draft"):
        writing.discard(make_issue(state=IssueState.APPROVED), by=None)


def test_a_new_issue_is_named_after_the_list_and_the_day():
    issue = writing.create(make_list(language="bn", name="সকাল"), by=None, now=NOW)
    assert issue.subject == "সকাল, ২৩ নভেম্বর ২০২৬"
    assert issue.blocks.get().kind == BlockKind.TEXT


def test_who_may_not_is_refused():
    issue, editor = make_issue(), make_user(role=EDITOR)
    for refused in (
        lambda: writing.create(issue.newsletter, by=editor, now=NOW),
        lambda: save(issue, Words("x"), by=editor),
        lambda: writing.copy(issue, by=editor, now=NOW),
        lambda: writing.discard(issue, by=editor),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_an_issue_that_its_writer_saved_needs_somebody_else():
    writer = make_user(role=NEWSLETTER_EDITOR)
    issue = save(make_issue(newsletter=make_list(needs_approval=True)), Words("Fog"), by=writer)
    with pytest.raises(NewsletterError, match="second pair of eyes"):
        issuing.approve(issue, by=writer, now=NOW)


def test_blocks_for_a_preview_leave_out_stories_that_are_no_more(django_assert_num_queries):
    story = make_article()
    words = Words("x", pieces=(Piece("story", article=story.pk), Piece("story", article=10**6), heading("h")))
    issue = make_issue()
    with django_assert_num_queries(1):
        blocks = writing.blocks_of(issue, words)
    assert [(block.kind, block.article) for block in blocks] == [("story", story), ("heading", None)]
