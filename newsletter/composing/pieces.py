"""What each kind of block says in a mail: a registry from the kind to the function that makes its piece.

A piece is a dict for the templates `newsletter/email/blocks/<kind>.html` and `.txt`. A block that has nothing to say
(a story that readers may not see, an empty text) makes none.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import iri_to_uri

from articles.blocks import Pictures
from articles.models import Article, Image
from articles.scheduling import as_readers_see
from newsletter.composing import passages
from newsletter.composing.whole import library_of, whole_text
from newsletter.models import Block
from newsletter.states import BlockKind
from newsportal.core.addresses import absolute
from newsportal.core.text import excerpt

# Width of the text, in CSS pixels: 600 less the margins; and that of a picture beside a story.
WIDE, SMALL = 560, 152
# Of a story that is not large, so many characters of its summary.
SECOND = 140
# A longer address (Bangla takes nine characters a letter) goes without its slug: the story is found all the same.
MOST_ADDRESS = 240


@dataclass(frozen=True)
class Picture:
    """A picture as a mail shows it: whole address, size in CSS pixels, alternative text."""

    url: str
    width: int
    height: int
    alt: str
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Mail:
    """What holds for all pieces: the moment, whether there are pictures, and what is printed in the place of a link.

    `library` has the pictures in the texts of stories that are there as a whole; None where all are told in brief.
    """

    now: dt.datetime
    pictures: bool
    link: Callable[[str], str]
    library: Pictures | None = None


def pieces(blocks: Iterable[Block], mail: Mail) -> Iterator[dict[str, Any]]:
    """The pieces of an issue in their order. `url` is where a piece leads, `link` what HTML has in its place."""
    level = 2
    for number, block in enumerate(blocks):
        facts = MAKERS[BlockKind(block.kind)](block, mail, level)
        if facts is None:
            continue
        level = 3 if block.kind == BlockKind.HEADING else level
        yield {
            "kind": block.kind,
            "block": block.pk,
            "is_intro": number == 0,
            "level": level,
            "html": f"newsletter/email/blocks/{block.kind}.html",
            "txt": f"newsletter/email/blocks/{block.kind}.txt",
            "link": mail.link(facts["url"]) if facts.get("url") else "",
            **facts,
        }


def is_left_out(block: Block, now: dt.datetime) -> bool:
    """Whether a block is of a story that readers may not see at `now`."""
    return block.kind == BlockKind.STORY and not (block.article and block.article.is_live(now))


def full_pieces(blocks: Iterable[Block], mail: Mail) -> list[dict[str, Any]]:
    """As `pieces`, with the text of stories that are wanted as a whole: at most four queries more, for those alone."""
    blocks = list(blocks)
    whole = [_as_shown(block.article, mail) for block in blocks if block.is_whole and not is_left_out(block, mail.now)]
    library = library_of(whole, pictures=mail.pictures) if whole else {}
    return list(pieces(blocks, replace(mail, library=library)))


def story_address(article: Article) -> str:
    """The whole address of a story, short enough for a line of a mail."""
    address = settings.SITE_URL + article.get_absolute_url()
    if len(address) <= MOST_ADDRESS:
        return address
    parts = {"section_path": article.section.path.split("/")[0], "pk": article.pk}
    with translation.override(article.language):
        return settings.SITE_URL + reverse("story_without_slug", kwargs=parts)


def _as_shown(article: Article, mail: Mail) -> Article:
    return as_readers_see(article, now=mail.now) if article.change_at else article


def _story(block: Block, mail: Mail, level: int) -> dict[str, Any] | None:
    if is_left_out(block, mail.now):
        return None
    article = _as_shown(block.article, mail)
    picture = article.lead_image if mail.pictures else None
    is_whole = block.is_whole and mail.library is not None
    is_large = block.is_lead or is_whole
    return {
        "kicker": article.kicker,
        "headline": block.heading or article.headline,
        "summary": block.text.strip() or (article.summary if is_large else excerpt(article.summary, SECOND)),
        "url": story_address(article),
        "minutes": article.reading_minutes,
        "is_lead": block.is_lead,
        "picture": picture and _picture(picture, WIDE if is_large else SMALL, alt=article.alt_text),
        **(_whole(block, article, mail, level) if is_whole else {}),
    }


def _whole(block: Block, article: Article, mail: Mail, level: int) -> dict[str, Any]:
    """What the whole story says beside its headline and picture, and the templates that say it."""
    text = whole_text(article, level=level, pictures=mail.pictures, library=mail.library or {}, link=mail.link)
    return {
        "html": "newsletter/email/blocks/whole_story.html",
        "txt": "newsletter/email/blocks/whole_story.txt",
        "summary": block.text.strip() or article.standfirst,
        "article": article,
        "names": [line.local_name for line in article.written_by],
        "credits": [(role, [line.local_name for line in lines]) for role, lines in article.other_credits],
        "markup": text.markup,
        "plain": text.plain,
    }


def _heading(block: Block, mail: Mail, level: int) -> dict[str, Any] | None:
    return {"heading": block.heading, "url": _address(block.url)} if block.heading else None


def _text(block: Block, mail: Mail, level: int) -> dict[str, Any] | None:
    if not block.text.strip():
        return None
    return {
        "heading": block.heading,
        "markup": passages.for_mail(block.text, mail.link),
        "plain": passages.plain(block.text),
    }


def _quote(block: Block, mail: Mail, level: int) -> dict[str, Any] | None:
    said = block.text.strip()
    return {"said": said, "source": block.source, "url": _address(block.url)} if said else None


def _with_image(block: Block, mail: Mail, level: int) -> dict[str, Any] | None:
    """A picture, or an advertisement. An advertisement may do without a picture; a picture may not."""
    picture = _picture(block.image, WIDE) if block.image else None
    facts = {"heading": block.heading, "said": block.text.strip(), "source": block.source, "picture": picture}
    if (block.kind == BlockKind.PICTURE and picture is None) or not any(facts.values()):
        return None
    return {**facts, "url": _address(block.url)}


# Each takes a block, the mail, and the level that the block's heading has in it.
MAKERS: dict[BlockKind, Callable[[Block, Mail, int], dict[str, Any] | None]] = {
    BlockKind.STORY: _story,
    BlockKind.HEADING: _heading,
    BlockKind.TEXT: _text,
    BlockKind.QUOTE: _quote,
    BlockKind.PICTURE: _with_image,
    BlockKind.ADVERT: _with_image,
}


def _picture(image: Image, width: int, *, alt: str = "") -> Picture | None:
    """The picture at most `width` wide. One whose file's size is not known is left out: Outlook would blow it up."""
    if not image.file or not image.width or not image.height:
        return None
    wide = min(width, image.width)
    return Picture(
        url=iri_to_uri(absolute(image.plain.url)),
        width=wide,
        height=max(1, round(image.height * wide / image.width)),
        alt=alt or image.alt_text,
        caption=image.caption,
        credit=image.credit,
    )


def _address(typed: str) -> str:
    """A link as it stands in a mail: in ASCII."""
    return iri_to_uri(typed)
