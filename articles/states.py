"""Lifecycle states, the moves between them, and who may make them. Imports nothing of ours."""

from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """What the newsroom has decided about a story. Whether readers see it is also a question of time."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class StoryType(TextChoices):
    """What kind of journalism a story is; shown to readers where it is not plain news."""

    NEWS = "news", _("News")
    ANALYSIS = "analysis", _("Analysis")
    OPINION = "opinion", _("Opinion")
    FEATURE = "feature", _("Feature")
    EXPLAINER = "explainer", _("Explainer")
    INTERVIEW = "interview", _("Interview")


class Weight(IntegerChoices):
    """How much room a story asks for on the front page."""

    ORDINARY = 0, _("Ordinary")
    IMPORTANT = 1, _("Important")
    LEAD = 2, _("Lead")


@dataclass(frozen=True)
class Move:
    """One change of state: from any of `sources` to `target`, by those with `permission` of the articles app."""

    sources: frozenset[State]
    target: State
    permission: str


MOVES = {
    "publish": Move(frozenset({State.DRAFT, State.PUBLISHED, State.WITHDRAWN}), State.PUBLISHED, "publish_article"),
    "withdraw": Move(frozenset({State.PUBLISHED}), State.WITHDRAWN, "withdraw_article"),
    "unschedule": Move(frozenset({State.PUBLISHED}), State.DRAFT, "publish_article"),
}

REPORTER, EDITOR = "Reporter", "Editor"

# Permissions by role, as "app.codename", given when the group is made; after that the admin decides.
_WRITING = (
    *(f"articles.{verb}_{noun}" for noun in ("article", "image") for verb in ("view", "add", "change")),
    *(f"articles.view_{noun}" for noun in ("section", "outlet", "contributor", "tag", "logentry")),
    "articles.add_tag",
)
ROLE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    REPORTER: _WRITING,
    EDITOR: (
        *_WRITING,
        "articles.publish_article",
        "articles.withdraw_article",
        "articles.delete_article",
        *(
            f"articles.{verb}_{noun}"
            for noun in ("section", "outlet", "contributor", "tag")
            for verb in ("add", "change")
        ),
        *(f"core.{verb}_{noun}" for noun in ("siteidentity", "sitetext", "sociallink") for verb in ("view", "change")),
        *(f"core.{verb}_{noun}" for noun in ("sitetext", "sociallink") for verb in ("add", "delete")),
    ),
}
