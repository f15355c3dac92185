"""Lifecycle states, the moves between them, and who may make them. Imports nothing of ours."""

from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """What the newsroom has decided about a story. Whether readers see it is also a question of time."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ARCHIVED = "archived", _("Archived")


# On the way to readers: in these states a story's row is its newest text.
UNPUBLISHED = frozenset({State.DRAFT, State.IN_REVIEW, State.APPROVED})


class StoryType(TextChoices):
    """What kind of journalism a story is; shown to readers where it is not plain news."""

    NEWS = "news", _("News")
    ANALYSIS = "analysis", _("Analysis")
    OPINION = "opinion", _("Opinion")
    FEATURE = "feature", _("Feature")
    EXPLAINER = "explainer", _("Explainer")
    INTERVIEW = "interview", _("Interview")
    LIVE = "live", _("Live")


class Role(TextChoices):
    """What somebody in a byline has done for the story, in the order in which roles are printed."""

    WORDS = "words", _("Words")
    PICTURES = "pictures", _("Pictures")
    REPORTING = "reporting", _("Additional reporting")


class Area(TextChoices):
    """The parts of the front page that editors arrange."""

    LEAD = "lead", _("Lead")
    SECOND = "second", _("Beside the lead")
    ROW = "row", _("Row of a section")


class Weight(IntegerChoices):
    """How much room a story asks for on the front page."""

    ORDINARY = 0, _("Ordinary")
    IMPORTANT = 1, _("Important")
    LEAD = 2, _("Lead")


@dataclass(frozen=True)
class Move:
    """One change of state: from any of `sources` to `target`, by those with `permission` of the articles app.

    `target` None leaves the state as it is. `on_changes` says that the move applies to the unpublished changes of a
    published story as well (to their state, which is one of UNPUBLISHED).
    """

    sources: frozenset[State]
    target: State | None
    permission: str
    on_changes: bool = False


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


MOVES = {
    "submit": Move(_from(State.DRAFT), State.IN_REVIEW, "change_article", on_changes=True),
    "send_back": Move(_from(State.IN_REVIEW, State.APPROVED), State.DRAFT, "review_article", on_changes=True),
    "approve": Move(_from(State.DRAFT, State.IN_REVIEW), State.APPROVED, "review_article", on_changes=True),
    "publish": Move(UNPUBLISHED | {State.PUBLISHED, State.WITHDRAWN}, State.PUBLISHED, "publish_article"),
    "unschedule": Move(_from(State.PUBLISHED), State.DRAFT, "publish_article"),
    "update": Move(_from(State.PUBLISHED), None, "publish_article"),
    "discard": Move(_from(State.PUBLISHED), None, "publish_article"),
    "withdraw": Move(_from(State.PUBLISHED), State.WITHDRAWN, "withdraw_article"),
    "archive": Move(UNPUBLISHED | {State.WITHDRAWN}, State.ARCHIVED, "review_article"),
    "reopen": Move(_from(State.ARCHIVED), State.DRAFT, "review_article"),
    "override_embargo": Move(UNPUBLISHED | {State.PUBLISHED}, None, "override_embargo"),
}

# Who may change the words of a text in a state, by permission: while it is on its way whoever writes, in review and
# after approval whoever reviews. Of a published story it is the state of its changes that counts. Archived: nobody.
EDITING = {
    State.DRAFT: "change_article",
    State.IN_REVIEW: "review_article",
    State.APPROVED: "review_article",
    State.WITHDRAWN: "publish_article",
}

REPORTER, EDITOR, CHIEF_EDITOR, NEWSLETTER_EDITOR = "Reporter", "Editor", "Chief editor", "Newsletter editor"

# Permissions by role, as "app.codename"; the newsletter says for itself what these roles may do with it.
_WRITING = (
    *(f"articles.{verb}_{noun}" for noun in ("article", "image") for verb in ("view", "add", "change")),
    *(f"articles.view_{noun}" for noun in ("section", "outlet", "contributor", "tag", "logentry", "revision")),
    "articles.view_storytemplate",
    "articles.add_tag",
)
_EDITING = (
    *_WRITING,
    "articles.review_article",
    "articles.publish_article",
    "articles.withdraw_article",
    "articles.delete_article",
    *(f"articles.{verb}_{noun}" for noun in ("outlet", "contributor", "tag") for verb in ("add", "change")),
    *(f"articles.{verb}_series" for verb in ("view", "add", "change", "delete")),
    "articles.view_frontarrangement",
    "articles.arrange_front",
    "articles.raise_banner",
    *(f"articles.{verb}_redirect" for verb in ("view", "add", "change", "delete")),
    *(f"articles.{verb}_missingpage" for verb in ("view", "delete")),
)
_RUNNING = (
    "articles.override_embargo",
    *(f"articles.{verb}_{noun}" for noun in ("section", "storytemplate") for verb in ("add", "change", "delete")),
    *(f"articles.{verb}_sectionbeat" for verb in ("view", "add", "change", "delete")),
    *(f"core.{verb}_{noun}" for noun in ("siteidentity", "sitetext", "sociallink") for verb in ("view", "change")),
    *(f"core.{verb}_{noun}" for noun in ("sitetext", "sociallink") for verb in ("add", "delete")),
    "core.view_dutyrecord",
    # Accounts, within one's own rights (articles/admin/beats.py).
    *(f"auth.{verb}_user" for verb in ("view", "add", "change")),
)
ROLE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    REPORTER: _WRITING,
    EDITOR: _EDITING,
    CHIEF_EDITOR: (*_EDITING, *_RUNNING),
    # Pictures for adverts and between stories come from the library.
    NEWSLETTER_EDITOR: ("articles.view_article", *(f"articles.{verb}_image" for verb in ("view", "add", "change"))),
}
