"""What is under way in the demo newsroom: its desk has something in every panel, as on a working day."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from articles import contents, correcting, crediting, noting, revising, workflow
from articles.bylines import ResolvedByline
from articles.forms.credits import from_lines
from articles.models import Article, EditorialNote, Image, Section
from articles.related import steering
from articles.states import StoryType, Weight
from newsportal.demo import content

HOUR = dt.timedelta(hours=1)
People = dict[str, Any]
NAMES = ("chief", "editor", "reporter")


def stories() -> list[dict[str, Any]]:
    """The stories under way, as the content file has them."""
    return content.read("desk")["story"]


def fill(sections: dict[tuple[str, str], Section], pictures: dict[str, tuple[Image, Any]], now: dt.datetime) -> None:
    """Writes the stories under way, each as far as its stage says, and works on some that readers have.

    The demo accounts do it; where one is missing, the system does.
    """
    known = {user.username: user for user in get_user_model().objects.filter(username__in=NAMES)}
    people = {name: known.get(name) for name in NAMES}
    made = {}
    for story in stories():
        section = sections[story["language"], story["section"]]
        picture = pictures[story["picture"]][0] if story["picture"] else None
        article = made[story["id"]] = _write(story, section, picture, by=people[story["writer"]], now=now)
        STAGES[story["stage"]](article, story, people, now)
    _rework(people, now)
    _steer(made["desk-night-launches"], people, now)
    _talk(made, people, now)


def _write(story: dict[str, Any], section: Section, picture: Image | None, *, by: Any, now: dt.datetime) -> Article:
    """A draft of an hour ago, begun three hours ago with its first paragraph."""
    text = {
        **{name: story.get(name, "") for name in contents.PLAIN},
        "story_type": story.get("kind", StoryType.NEWS),
        "weight": Weight.ORDINARY,
        "byline_code": story["byline"],
        "section": section,
        "lead_image": picture,
        "tags": story["tags"],
    }
    beginning = {**text, "body": story["body"].strip().splitlines()[0], "standfirst": "", "lead_image": None}
    resolved = contents.parse_byline(story["byline"])
    times = TIMES[story["stage"]](now) if story["stage"] in TIMES else {}
    begun = _signed(beginning, story, resolved)
    columns = {"demo": True, "source_id": f"demo:{story['id']}", **times}
    article = revising.create(begun, by=by, now=now - 3 * HOUR, **columns)
    whole = _signed({**text, "slug": article.slug}, story, resolved)
    revising.save(article, whole, by=by, now=now - HOUR)
    return article


def _signed(text: dict[str, Any], story: dict[str, Any], code: ResolvedByline | None) -> contents.Content:
    listed = from_lines("\n".join(story.get("credits", ())))[0]
    return crediting.credited(contents.taken_from_form(text, code), {}, listed)


def _tonight(now: dt.datetime) -> dt.datetime:
    return (now + 4 * HOUR).replace(minute=0, second=0, microsecond=0)


def _tomorrow(now: dt.datetime) -> dt.datetime:
    return (timezone.localtime(now) + 24 * HOUR).replace(hour=6, minute=30, second=0, microsecond=0)


def _submit(article: Article, story: dict[str, Any], people: People, now: dt.datetime) -> None:
    workflow.submit(article, by=people[story["writer"]], now=now - HOUR / 2)


def _send_back(article: Article, story: dict[str, Any], people: People, now: dt.datetime) -> None:
    _submit(article, story, people, now)
    workflow.send_back(article, by=people["editor"], note=story["note"], now=now - HOUR / 3)


def _approve(article: Article, story: dict[str, Any], people: People, now: dt.datetime) -> None:
    _submit(article, story, people, now)
    workflow.approve(article, by=people["editor"], now=now - HOUR / 3)


def _publish(article: Article, story: dict[str, Any], people: People, now: dt.datetime) -> None:
    workflow.publish(article, by=people["editor"], now=now - HOUR / 4)


def _withdraw(article: Article, story: dict[str, Any], people: People, now: dt.datetime) -> None:
    _publish(article, story, people, now)
    workflow.withdraw(article, by=people["editor"], reason=story["reason"], now=now - HOUR / 5)


def _leave(article: Article, story: dict[str, Any], people: People, now: dt.datetime) -> None:
    """It stays a draft."""


STAGES: dict[str, Callable[[Article, dict[str, Any], People, dt.datetime], None]] = {
    "draft": _leave,
    "embargoed": _approve,
    "sent back": _send_back,
    "in review": _submit,
    "approved": _approve,
    "tonight": _publish,
    "tomorrow": _publish,
    "taken down": _publish,
    "withdrawn": _withdraw,
}
# Times that a story of a stage has from the start.
TIMES: dict[str, Callable[[dt.datetime], dict[str, dt.datetime]]] = {
    "embargoed": lambda now: {"embargo_until": _tomorrow(now) + 4 * HOUR},
    "tonight": lambda now: {"publish_at": _tonight(now)},
    "tomorrow": lambda now: {"publish_at": _tomorrow(now)},
    "taken down": lambda now: {"publish_at": now - HOUR, "unpublish_at": _tonight(now) + 8 * HOUR},
}


def _rework(people: People, now: dt.datetime) -> None:
    """Live stories: one with changes that wait, one whose changes have their minute, one with a correction."""
    waits = Article.objects.get(source_id="demo:en-garments-small-orders")
    _change(waits, by=people["reporter"], now=now, headline="Garment makers learn to live on eight hundred shirts")
    planned = Article.objects.get(source_id="demo:en-metro-after-midnight")
    _change(planned, by=people["editor"], now=now, kicker="Metro")
    workflow.update(planned, by=people["editor"], now=now, at=_tonight(now) + HOUR / 2)
    wrong = Article.objects.get(source_id="demo:en-tea-pickers-own-lot")
    correcting.correct(
        wrong,
        wrong="An earlier version said that the lot weighed 400 kilograms.",
        right="It weighed 340 kilograms, as the auctioneer’s list says.",
        by=people["editor"],
        now=now - HOUR / 6,
    )


def _steer(article: Article, people: People, now: dt.datetime) -> None:
    """A story whose list of related ones was put in order: two pinned, one kept out."""
    names = ("en-padma-ferries-resume", "en-school-boat-second-deck", "en-metro-after-midnight")
    ferries, boat, metro = (Article.objects.get(source_id=f"demo:{name}") for name in names)
    steering.pin(article, [ferries, boat], by=people["editor"], now=now)
    steering.exclude(article, metro, by=people["editor"], now=now)


def _change(article: Article, *, by: Any, now: dt.datetime, **words: str) -> None:
    head = revising.head_of(article, now=now)
    revising.save(article, {**head.content, **words}, by=by, now=now - HOUR / 4)


def _talk(made: dict[str, Article], people: People, now: dt.datetime) -> None:
    """Notes between those who have accounts. Nobody is mailed: the addresses of the demo newsroom are nobody's."""
    if not all(people.values()):
        return
    for row in content.read("desk")["note"]:
        about, author, reader = made[row["story"]], people[row["author"]], people[row["to"]]
        note = noting.note(about, text=row["text"], by=author, to=reader, now=now - HOUR / 2)
        EditorialNote.objects.filter(pk=note.pk).update(mail_next_try=None)
