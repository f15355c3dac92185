"""Makers of rows for tests: plain functions, keyword-only, with defaults that fit."""

import datetime as dt
import io
import itertools
import random

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Pixels

from articles.models import Article, Byline, Contributor, FrontSlot, HourReading, Image, Outlet, Section, Tag
from articles.states import Area, State
from newsportal.core.text import slugify

_numbers = itertools.count(1)
BODY = "<p>The ferries went back to work on Sunday morning, after two days of fog on the river.</p>"


def make_user(*, username="", role=None, **fields):
    user = get_user_model().objects.create_user(username or f"user{next(_numbers)}", **fields)
    if role:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        user.groups.add(Group.objects.get(name=role))
    return user


def make_section(*, name="World", language="en", parent=None, **fields):
    slug = fields.pop("slug", slugify(name))
    path = f"{parent.path}/{slug}" if parent else slug
    existing = Section.objects.filter(language=language, path=path).first()
    return existing or Section.objects.create(name=name, slug=slug, language=language, parent=parent, **fields)


def make_outlet(*, code="Bd24live", **fields):
    return Outlet.objects.get_or_create(code=code, defaults=fields)[0]


def make_contributor(*, name="Hasan Kabir", initials="", outlet=None, **fields):
    return Contributor.objects.create(name=name, initials=initials, outlet=outlet, **fields)


def make_tag(*, name="Padma"):
    return Tag.objects.get_or_create(name=name)[0]


def png(*, width=64, height=48, colour="teal"):
    buffer = io.BytesIO()
    Pixels.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def noise(*, size=(600, 400)):
    """Coloured noise, the same each time: of all pictures the hardest to compress."""
    source = random.Random(7)
    return Pixels.frombytes("RGB", size, source.randbytes(3 * size[0] * size[1]))


def make_image(*, alt_text="A ferry in fog", credit="Drawing: the desk", size=(64, 48), **fields):
    number = next(_numbers)
    file = ContentFile(png(width=size[0], height=size[1]), name=f"picture{number}.png")
    return Image.objects.create(file=file, digest=f"digest{number}", alt_text=alt_text, credit=credit, **fields)


def make_article(*, headline="", published=True, hours_ago=1.0, tags=(), signed_by=(), **fields):
    """A story, published an hour ago unless told otherwise; `published=False` makes a draft."""
    language = fields.get("language", "en")
    fields.setdefault("section", None)
    section = fields.pop("section") or make_section(language=language, name="World" if language == "en" else "বিশ্ব")
    fields.setdefault("body", BODY)
    if published:
        fields.setdefault("state", State.PUBLISHED)
        fields.setdefault("publish_at", timezone.now() - dt.timedelta(hours=hours_ago))
    article = Article.objects.create(headline=headline or f"Story {next(_numbers)}", section=section, **fields)
    if tags:
        article.tags.add(*tags)
    for position, contributor in enumerate(signed_by):
        Byline.objects.create(article=article, contributor=contributor, position=position)
    return article


def make_articles(*, number, **fields):
    """Many published stories in one query, a minute apart, newest first."""
    section = fields.pop("section", None) or make_section()
    now = timezone.now()
    rows = [
        Article(
            headline=f"Story {index}",
            section=section,
            language=section.language,
            body=BODY,
            state=State.PUBLISHED,
            publish_at=now - dt.timedelta(minutes=index + 1),
            **fields,
        )
        for index in range(number)
    ]
    for row in rows:
        row.prepare()
    return Article.objects.bulk_create(rows, batch_size=500)


def be_read(*articles, most=100):
    """Reads in the present hour: `most` of the first story, and of each of the others one less than of that before."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    rows = [HourReading(article=article, hour=hour, reads=most - place) for place, article in enumerate(articles)]
    HourReading.objects.bulk_create(rows)


def make_slot(*, article, section=None, area="", position=1, **fields):
    """A story pinned to the lead, or to a place in a section's row; not saved (articles.arranging saves)."""
    area = area or (Area.ROW if section else Area.LEAD)
    return FrontSlot(area=area, section=section, position=position, article=article, **fields)
