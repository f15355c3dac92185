"""Loading and removing the demo newsroom. Loading again changes nothing; removal takes only what is marked as demo."""

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles import bylines, contents, translating, workflow
from articles.forms.credits import from_lines
from articles.imaging import store_image
from articles.models import Article, Byline, Contributor, ContributorText, Image, Outlet, Section, Tag
from articles.states import Weight
from newsportal.core.models import SiteIdentity, SiteText, SocialLink
from newsportal.core.text import clean_line
from newsportal.demo import content, desk, drawing, fronts, live, newsletters, series
from newsportal.demo.accounts import make_accounts, remove_accounts
from newsportal.demo.reading import be_read

# Marks the pictures of the demo newsroom in the library.
PICTURE_TITLE = "Demo: "


@dataclass(frozen=True)
class Loaded:
    """What a run did."""

    stories: int
    accounts: dict[str, str]


def is_loaded() -> bool:
    """Whether the demo newsroom is in the database."""
    return Article.objects.filter(demo=True).exists()


@transaction.atomic
def load(*, now: dt.datetime | None = None) -> Loaded:
    """Puts the demo newsroom into the database: what is there already stays as it is.

    Returns the number of stories added and the passwords of accounts made in this run, by user name.
    """
    now = now or timezone.now()
    _identity()
    sections = _sections()
    _contributors()
    under_way = desk.stories()
    pictures = _pictures({story["picture"] for story in content.stories() + under_way if story.get("picture")})
    accounts = make_accounts()
    known = set(Article.objects.filter(source_id__startswith="demo:").values_list("source_id", flat=True))
    fresh = [story for story in content.stories() if f"demo:{story['id']}" not in known]
    be_read([_story(story, sections, pictures, now) for story in fresh], now)
    _link(fresh, now)
    if not known:
        desk.fill(sections, pictures, now)
        live.fill(sections, now)
        fronts.fill(now)
        series.fill(now)
    newsletters.fill(now)
    return Loaded(stories=len(fresh), accounts=accounts)


@transaction.atomic
def remove() -> int:
    """Takes the demo newsroom out again: its stories, pictures, accounts, and what of the rest nothing else uses."""
    newsletters.remove()
    fronts.remove()
    series.remove()
    stories = Article.objects.filter(demo=True)
    number = stories.count()
    stories.delete()
    people = content.read("contributors")
    codes = [(person["outlet"], person["initials"]) for person in people["contributor"]]
    for outlet, initials in codes:
        unused = Contributor.objects.filter(outlet__code=outlet, initials=initials)
        unused.filter(bylines=None).delete()
    used = Article.objects.exclude(outlet=None).values("outlet_id")
    held = Contributor.objects.exclude(outlet=None).values("outlet_id")
    demo_outlets = Outlet.objects.filter(code__in=[outlet["code"] for outlet in people["outlet"]])
    demo_outlets.exclude(pk__in=used).exclude(pk__in=held).delete()
    _remove_sections()
    for image in Image.objects.filter(title__startswith=PICTURE_TITLE, lead_of=None):
        image.file.delete(save=False)
        image.delete()
    names = {name for story in content.stories() + desk.stories() for name in story["tags"]}
    Tag.objects.filter(tagged=None, name__in=names).delete()
    _remove_identity()
    remove_accounts()
    return number


def _link(fresh: list[dict[str, Any]], now: dt.datetime) -> None:
    """Links the stories that came with what they are translations of."""
    made = {story.source_id: story for story in Article.objects.filter(demo=True)}
    for story in fresh:
        if original := made.get(f"demo:{story.get('translation_of')}"):
            translating.link(original, made[f"demo:{story['id']}"], by=None, now=now)


def _remove_sections() -> None:
    paths = {(row["language"], row["path"]) for row in content.read("sections")["section"]}
    for section in sorted(Section.objects.all(), key=lambda section: -section.path.count("/")):
        if (
            (section.language, section.path) in paths
            and not section.articles.exists()
            and not section.children.exists()
        ):
            section.delete()


def _remove_identity() -> None:
    """Only where nobody has made the site's words their own."""
    texts = list(SiteText.objects.values("language", *SiteText.WORDS))
    words = content.read("site")
    if texts and all({key: text[key] for key in words[text["language"]]} == words[text["language"]] for text in texts):
        SiteIdentity.objects.all().delete()


def _identity() -> None:
    """The site's words; an identity that somebody has entered stays."""
    if SiteIdentity.objects.exists():
        return
    words = content.read("site")
    identity = SiteIdentity.objects.create(
        contact_email=words["contact_email"], contact_address=words["contact_address"]
    )
    for language in ("en", "bn"):
        SiteText.objects.create(identity=identity, language=language, **words[language])
    for position, link in enumerate(words["social"]):
        SocialLink.objects.create(identity=identity, position=position, **link)


def _sections() -> dict[tuple[str, str], Section]:
    known = {(section.language, section.path): section for section in Section.objects.all()}
    for row in content.read("sections")["section"]:
        language, path = row["language"], row["path"]
        if (language, path) in known:
            continue
        parent_path, _stroke, slug = path.rpartition("/")
        known[language, path] = Section.objects.create(
            language=language,
            slug=slug,
            name=row["name"],
            description=row["description"],
            position=row["position"],
            parent=known[language, parent_path] if parent_path else None,
            counterpart=known["en", row["counterpart"]] if row.get("counterpart") else None,
        )
    return known


def _contributors() -> None:
    people = content.read("contributors")
    outlets = {
        row["code"]: Outlet.objects.get_or_create(code=row["code"], defaults={"name": row["name"]})[0]
        for row in people["outlet"]
    }
    for row in people["contributor"]:
        contributor, made = Contributor.objects.get_or_create(
            outlet=outlets[row["outlet"]],
            initials=row["initials"],
            defaults={"name": row["name"], "biography": row["biography"], "position": row["position"]},
        )
        if made:
            ContributorText.objects.create(
                contributor=contributor, language="bn", name=row["name_bn"], biography=row["biography_bn"]
            )


def _pictures(wanted: set[str]) -> dict[str, tuple[Image, dict[str, Any]]]:
    rows = {row["key"]: row for row in content.read("pictures")["picture"]}
    known = {image.title: image for image in Image.objects.filter(title__startswith=PICTURE_TITLE)}
    pictures = {}
    for key in sorted(wanted):
        row = rows[key]
        title = clean_line(PICTURE_TITLE + row["title"])
        pictures[key] = (known.get(title) or _draw(key, row, title), row)
    return pictures


def _draw(key: str, row: dict[str, Any], title: str) -> Image:
    file = io.BytesIO()
    drawing.draw(key).save(file, "PNG")
    return store_image(file, title=title, alt_text=row["alt"], caption=row["caption"], credit=row["credit"])


def _story(story: dict[str, Any], sections: dict, pictures: dict, now: dt.datetime) -> Article:
    image, picture = pictures.get(story.get("picture") or "", (None, {}))
    bangla = story["language"] == "bn"
    article = Article.objects.create(
        source_id=f"demo:{story['id']}",
        demo=True,
        language=story["language"],
        section=sections[story["language"], story["section"]],
        story_type=story["kind"],
        weight=Weight(story["weight"]),
        kicker=story["kicker"],
        headline=story["headline"],
        standfirst=story["standfirst"],
        dateline=story["dateline"],
        agency=story["agency"],
        body=story["body"],
        lead_image=image,
        lead_alt=picture.get("alt_bn", "") if bangla else "",
        lead_caption=picture.get("caption_bn", "") if bangla else "",
    )
    article.tags.add(*story["tags"])
    found = bylines.resolve(bylines.parse(story["byline"]))
    lines = bylines.words_by(found.contributors) + _credits(story)
    bylines.sign(article, lines, outlet=found.outlet, code=str(found.parsed))
    at = story.get("published_at") or now - dt.timedelta(hours=story["hours_ago"])
    return workflow.publish(article, by=None, now=now, at=at)


def _credits(story: dict[str, Any]) -> list[Byline]:
    """Names beside those of the code, as the content files have them: "pictures: Karim Ahmed"."""
    return [
        Byline(contributor_id=line["id"], name="" if line["id"] else line["name"], role=contents.role_of(line))
        for line in from_lines("\n".join(story.get("credits", ())))[0]
    ]
