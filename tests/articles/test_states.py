"""The state × role matrix: who may do what with a story, and with the unpublished changes of a published one."""

import datetime as dt
from itertools import product

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from articles import contents, revising, scheduling, workflow
from articles.exceptions import NewsroomError
from articles.models import Article, SectionBeat
from articles.states import (
    CHIEF_EDITOR,
    EDITING,
    EDITOR,
    MOVES,
    NEWSLETTER_EDITOR,
    REPORTER,
    ROLE_PERMISSIONS,
    UNPUBLISHED,
    State,
)
from tests.factories import make_article, make_section, make_user

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)

# R: all but the newsletter editor, E: editor and chief editor, C: chief editor alone, -: nobody. The columns are the
# states of a story; the last three are those of a published story's changes.
COLUMNS = "draft in_review approved published withdrawn archived | draft in_review approved"
MATRIX = """
    edit             R E E R E - | R E E
    submit           R - - - - - | R - -
    approve          E E - - - - | E E -
    send_back        - E E - - - | - E E
    publish          E E E E E - | E E E
    unschedule       - - - E - - | E E E
    update           - - - E - - | E E E
    discard          - - - E - - | E E E
    withdraw         - - - E - - | E E E
    archive          E E E - E - | - - -
    reopen           - - - - - E | - - -
    override_embargo C C C C - - | C C C
"""
GROUPS = {
    "R": {REPORTER, EDITOR, CHIEF_EDITOR},
    "E": {EDITOR, CHIEF_EDITOR},
    "C": {CHIEF_EDITOR},
    "-": set(),
}
# (state of the story, state of its changes or ""), as the columns have them.
STATES = [(state, "") for state in COLUMNS.split(" | ")[0].split()] + [
    (State.PUBLISHED.value, state) for state in COLUMNS.split(" | ")[1].split()
]
TABLE = {
    (line.split()[0], *states): GROUPS[letter]
    for line in MATRIX.strip().splitlines()
    for states, letter in zip(STATES, line.replace("|", "").split()[1:], strict=True)
}


def test_the_matrix_is_complete():
    assert {move for move, _state, _changes in TABLE} == {*MOVES, "edit"}
    assert {state for _move, state, changes in TABLE if not changes} == set(State.values)
    assert {changes for _move, _state, changes in TABLE if changes} == {str(state) for state in UNPUBLISHED}
    assert {role for roles in GROUPS.values() for role in roles} | {NEWSLETTER_EDITOR} == set(ROLE_PERMISSIONS)


def story_in(state, changes, move, now, **fields):
    """A story in a state, with the times that a move wants: one that can still be taken back, one under an embargo."""
    times = {"publish_at": now + HOUR if move == "unschedule" else now - HOUR}
    times |= {"embargo_until": now + HOUR} if move == "override_embargo" else {}
    article = make_article(published=False, state=state, withdrawn_at=now, **times, **fields)
    if changes:
        revising.save(article, contents.take(article) | {"headline": "Reworked"}, by=None, now=now)
        Article.objects.update(change_state=changes)
    return Article.objects.select_related("section", "head", "live").get()


def attempt(move, article, by, now):
    """Does it, with the words that a move asks for; says whether anything was written."""
    words = {
        "withdraw": {"reason": "Wrong."},
        "override_embargo": {"reason": "It is out."},
        "send_back": {"note": "Why?"},
    }
    before = Article.objects.get(pk=article.pk).version
    if move == "edit":
        text = revising.head_of(article).content
        revising.save(article, text | {"kicker": "New"}, by=by, now=now)
    else:
        verb = getattr(scheduling if move == "override_embargo" else workflow, move)
        verb(article, by=by, now=now, **words.get(move, {}))
    return Article.objects.get(pk=article.pk).version != before


def may(user, move, article):
    return revising.may_edit(user, article) if move == "edit" else workflow.may(user, move, article)


@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
@pytest.mark.parametrize(("move", "state", "changes"), TABLE)
def test_state_and_role_matrix(role, move, state, changes):
    """What is offered is what the table says, and the verb itself holds to it."""
    now, user = timezone.now().replace(microsecond=0), make_user(role=role)
    article = story_in(state, changes, move, now)
    allowed = role in TABLE[move, state, changes]
    assert may(user, move, article) == allowed
    try:
        written = attempt(move, article, user, now)
    except NewsroomError:
        assert not allowed
    else:
        # Publishing what is out already, and publishing or discarding changes that there are none of, is no error.
        is_so = state == State.PUBLISHED and (move == "publish" or (not changes and move in ("update", "discard")))
        assert written == (allowed and not is_so)


@pytest.mark.parametrize(("role", "move"), list(product(ROLE_PERMISSIONS, [*MOVES, "edit"])))
def test_a_beat_limits_every_move_to_its_sections(role, move):
    """In a section of the beat and below it everything is as without; beside it nothing is allowed."""
    now, user = timezone.now(), make_user(role=role)
    sport, politics = make_section(name="Sport"), make_section(name="Politics")
    cricket = make_section(name="Cricket", parent=sport)
    SectionBeat.objects.create(user=user, section=sport)
    state, changes = next(key[1:] for key, roles in TABLE.items() if key[0] == move and roles)
    for section, inside in ((sport, True), (cricket, True), (politics, False)):
        Article.objects.all().delete()
        article = story_in(state, changes, move, now, section=section)
        assert may(user, move, article) == (inside and role in TABLE[move, state, changes])
        if not inside:
            with pytest.raises(NewsroomError):
                attempt(move, article, user, now)


def test_roles_are_groups_that_can_be_adjusted():
    user, article = make_user(role=REPORTER), make_article(published=False)
    assert set(Group.objects.values_list("name", flat=True)) >= set(ROLE_PERMISSIONS)
    Group.objects.get(name=REPORTER).permissions.add(Permission.objects.get(codename="publish_article"))
    user = type(user).objects.get(pk=user.pk)
    assert workflow.may(user, "publish", article)


def test_every_permission_of_the_tables_is_one_that_a_role_has():
    known = {name.partition(".")[2] for names in ROLE_PERMISSIONS.values() for name in names}
    assert {move.permission for move in MOVES.values()} | set(EDITING.values()) <= known
