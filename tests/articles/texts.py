"""Random texts of a story for property tests, as articles.contents has them."""

from hypothesis import strategies as st

from articles.contents import parse_tag_names
from articles.states import StoryType, Weight
from newsportal.core.text import clean_line

WORDS = st.text(alphabet="abA ,.<>&\"'é—কর্নীয়়োঁ\u200c১", max_size=16)


def lines(longest=60):
    return WORDS.map(lambda text: clean_line(text)[:longest].strip())


def paragraphs():
    wrapped = st.sampled_from(
        ["<p>{}</p>", "<h2>{}</h2>", "<ul><li>{}</li></ul>", "<blockquote><p>{}</p></blockquote>", "<p><em>{}</em></p>"]
    )
    texts = st.sampled_from([f"paragraph {number}" for number in range(12)] + ["অর্থনীতি", "A &amp; B"])
    return st.builds(str.format, wrapped, texts)


def bodies():
    """Bodies that the sanitiser leaves as they are."""
    return st.lists(paragraphs(), max_size=7).map("".join)


def references(ids=(1, 2, 3)):
    return st.sampled_from([{"id": number, "name": f"row {number}"} for number in ids])


def tags():
    """Whatever may stand in the field."""
    return WORDS.map(parse_tag_names).filter(lambda names: len({name.casefold() for name in names}) == len(names))


def plain_tags():
    """Tags whose slugs do not collide: which of two gets the number depends on who was first."""
    names = ["Padma", "padma river", "Dhaka Metro", "অর্থনীতি", "অর্থনীতি ও বাণিজ্য", "É", "A & B", "2026"]
    return st.lists(st.sampled_from(names), unique=True).map(sorted)


@st.composite
def texts(draw, sections=(1, 2), images=(1, 2), outlets=(1, 2), people=(1, 2, 3), stories=(1, 2, 3), tags=tags):
    """A whole text; the ids are those that its references may have."""
    chosen = draw(st.lists(references(stories), max_size=4, unique_by=lambda row: row["id"]))
    first = draw(st.integers(0, len(chosen)))

    def maybe(ids):
        return draw(st.one_of(st.none(), references(ids))) if ids else None

    return {
        "language": "en",
        "story_type": draw(st.sampled_from(StoryType.values)),
        "weight": draw(st.sampled_from(Weight.values)),
        **{name: draw(lines()) for name in ("kicker", "standfirst", "dateline", "lead_alt", "lead_caption", "agency")},
        "headline": draw(lines().filter(bool)),
        "slug": "",
        "body": draw(bodies()) or "<p>text</p>",
        "byline_code": draw(st.sampled_from(["", "Bd24live/Hk", "Bd24live/Hk/As", "Delta/Nobody"])),
        "section": draw(references(sections)),
        "lead_image": maybe(images),
        "outlet": maybe(outlets),
        "contributors": draw(st.lists(references(people), max_size=3, unique_by=lambda row: row["id"]))
        if people
        else [],
        "tags": draw(tags()),
        "pinned": chosen[:first],
        "excluded": sorted(chosen[first:], key=lambda row: row["id"]),
    }
