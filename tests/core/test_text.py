"""Text that may be Bangla keeps every letter and every mark, whatever is made of it."""

import datetime as dt
import html
import json
import unicodedata
from urllib.parse import quote, unquote

import pytest
import regex
from django.urls import resolve, reverse
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from newsportal.core import text

ZWNJ, ZWJ = "\u200c", "\u200d"
BANGLA = st.text(st.characters(min_codepoint=0x0980, max_codepoint=0x09FF) | st.sampled_from(" -" + ZWJ + ZWNJ))
AWKWARD = st.text(
    st.sampled_from([*" -,.aA0কাী্", "\u0301", "\u0338", "\u09bc", ZWJ, ZWNJ, "\u200b", "İ", "\u0345", "\x00"])
)
ANY = st.text() | BANGLA | AWKWARD
INVISIBLE = regex.compile(r"[\p{Cc}\p{Cs}\u200b]")
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]")


@pytest.fixture
def headlines(real_news):
    """The different headlines of the real news, in NFC."""
    with real_news.open(encoding="utf-8") as lines:
        return sorted({text.clean_line(json.loads(line)["headline"]) for line in lines})


def said(words):
    """The letters, marks and digits of a text, in order, composed: what no function may lose."""
    return "".join(WORD.findall(text.nfc(words)))


def starts_whole(part, whole):
    """Whether `part` ends at a border between two graphemes of `whole`; a joiner at the end has nothing to join."""
    ends = {match.end() for match in regex.finditer(r"\X", whole)}
    return part == "" or part in {whole[:end].rstrip(ZWJ + ZWNJ) for end in ends} | {whole[:end] for end in ends}


# --- The real headlines -----------------------------------------------------------------------------------------------


def test_the_headlines_are_of_both_languages(headlines):
    assert sum(any("\u0980" <= letter <= "\u09ff" for letter in line) for line in headlines) > 50
    assert len(headlines) > 150


def test_no_headline_loses_a_mark_in_its_slug(headlines):
    for headline in headlines:
        assert said(text.slugify(headline, length=500)) == said(text.nfc(headline.lower())), headline


def test_no_headline_loses_a_mark_in_its_words(headlines):
    for headline in headlines:
        assert said("".join(text.tokens(headline))) == said(text.nfc(headline.casefold())), headline


def test_no_two_headlines_share_a_slug(headlines):
    by_slug = {}
    for headline in headlines:
        by_slug.setdefault(text.slugify(headline, length=500), []).append(headline)
    assert {slug: same for slug, same in by_slug.items() if len(same) > 1} == {}


def test_slugs_of_headlines_survive_an_address(headlines):
    for headline in headlines:
        slug = text.slugify(headline)
        address = reverse("story", kwargs={"section_path": "জাতীয়", "pk": 7, "slug": slug})
        assert address.isascii()
        assert resolve(unquote(address)).kwargs["slug"] == slug


def test_excerpts_of_headlines_end_between_words(headlines):
    for headline in headlines:
        short = text.excerpt(headline, 40)
        assert len(short) <= 40
        assert short == headline or headline.startswith(short.removesuffix("…"))
        assert short == headline or set(short.removesuffix("…").split()) <= {
            w.rstrip(",;:–—-") for w in headline.split()
        } | set(headline.split())


def test_the_words_of_a_headline_are_as_many_as_a_reader_counts(headlines):
    """A reader counts what stands between spaces and has a letter or digit; hyphens may part it further, never more."""
    for headline in headlines:
        between_spaces = [part for part in headline.split() if WORD.search(part)]
        at_least, at_most = len(between_spaces), len(regex.findall(r"[^\p{L}\p{M}\p{N}\u200c\u200d]+", f" {headline}."))
        assert at_least <= text.word_count(headline) <= at_most, headline


# --- Any text ---------------------------------------------------------------------------------------------------------


@given(ANY)
def test_a_clean_line_is_one_line_without_anything_invisible(words):
    line = text.clean_line(words)
    assert line == line.strip() == " ".join(line.split())
    assert not [letter for letter in line if unicodedata.category(letter) in ("Cc", "Cs")]


@given(ANY)
@example("a \x00 b")
@example("a \u200b b")
@example("\u200b a")
def test_a_clean_line_is_clean_the_second_time(words):
    assert text.clean_line(text.clean_line(words)) == text.clean_line(words)


@given(ANY)
def test_a_clean_line_keeps_every_letter_mark_and_digit(words):
    """In the order that NFC gives to marks, once nothing invisible stands between them."""
    assert sorted(said(text.clean_line(words))) == sorted(said(INVISIBLE.sub("", words)))


@given(ANY, st.integers(1, 40))
@example("কৃষ্ণচূড়া" * 3, 7)
def test_a_slug_keeps_to_its_length_and_cuts_no_grapheme(words, length):
    whole, slug = text.slugify(words, length=1000), text.slugify(words, length=length)
    assert len(slug) <= length
    assert starts_whole(slug, whole)


@given(ANY)
@example("İ")
@example("ͅ")
@example("A\u0345")
@example("-\u09be-ক")
@example("ক\u200d-\u200dখ")
def test_the_slug_of_a_slug_is_the_slug(words):
    slug = text.slugify(words)
    assert text.slugify(slug) == slug
    assert unicodedata.is_normalized("NFC", slug)


@given(ANY)
def test_a_slug_has_letters_marks_digits_and_single_hyphens_only(words):
    slug = text.slugify(words)
    assert regex.fullmatch(
        r"(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*)?(?:-[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*)*", slug
    )


@given(ANY)
def test_a_slug_survives_percent_encoding(words):
    slug = text.slugify(words)
    assert unquote(quote(slug)) == slug


@given(BANGLA.map(lambda words: f"ক{words}"))
def test_a_bangla_slug_loses_no_letter_mark_or_digit(words):
    """But marks that stand alone, without a letter that could carry them."""
    carried = regex.sub(
        r"(?<![\p{L}\p{M}\p{N}\u200c\u200d])[\u200c\u200d]*\p{M}[\p{M}\u200c\u200d]*", "", text.nfc(words)
    )
    assert said(text.slugify(words, length=1000)) == said(carried)


@given(BANGLA)
def test_words_are_counted_as_they_are_split(words):
    assert text.word_count(words) == len(text.tokens(words))


@given(ANY)
def test_words_are_composed_lower_case_and_without_joiners(words):
    for word in text.tokens(words):
        assert word == text.nfc(word)
        assert word
        assert not {ZWJ, ZWNJ} & set(word)


@given(ANY, st.integers(2, 60))
@example("কৃষ্ণচূড়া" * 9, 12)
@example("e\u0301" * 50, 5)
def test_an_excerpt_keeps_to_its_length_and_cuts_no_grapheme(words, length):
    short, whole = text.excerpt(words, length), text.clean_line(words)
    assert len(short) <= length
    assert short == whole or (short.endswith("…") and starts_whole(short[:-1], whole))


# --- Examples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("প্রধানমন্ত্রী", "প্রধানমন্ত্রী"),
        ("অর্থনীতি ও বাণিজ্য", "অর্থনীতি-ও-বাণিজ্য"),
        (f"র{ZWJ}্যাব অভিযান", f"র{ZWJ}্যাব-অভিযান"),
        (f"{ZWJ}ক{ZWNJ} খ", "ক-খ"),
        ("Russia, Turkey agree on Idlib!", "russia-turkey-agree-on-idlib"),
        ("Don't — 'quote' it", "don-t-quote-it"),
        ("২০২৪ সালের ১ জানুয়ারি", "২০২৪-সালের-১-জানুয়ারি"),
        ("½ ② Ⅳ", "½-②-ⅳ"),
        ("🎉 !!!", ""),
        ("", ""),
    ],
)
def test_slugs(words, slug):
    assert text.slugify(words) == text.nfc(slug)


def test_a_slug_is_cut_between_words():
    assert text.slugify("one two three", length=9) == "one-two"
    assert text.slugify("one two three", length=7) == "one-two"


def test_a_slug_of_one_long_word_is_cut_between_graphemes():
    assert text.slugify("কিকিকি", length=3) == "কি"


def test_a_cut_slug_does_not_end_in_a_joiner():
    assert text.slugify(f"কক{ZWJ}ক", length=3) == "কক"


@pytest.mark.parametrize(
    ("one", "other"), [("\u09df", "\u09af\u09bc"), ("\u09dc", "\u09a1\u09bc"), ("\u09dd", "\u09a2\u09bc")]
)
def test_both_encodings_of_a_letter_are_one(one, other):
    assert text.nfc(one) == text.nfc(other)
    assert text.slugify(f"ব{one}") == text.slugify(f"ব{other}")
    assert text.tokens(f"ব{one}") == text.tokens(f"ব{other}")


def test_vowel_signs_of_two_parts_are_one():
    assert text.slugify("ক\u09c7\u09be") == text.slugify("ক\u09cb")


@pytest.mark.parametrize(("spelling"), [f"র{ZWJ}্যাব", "র্যাব", f"র্{ZWNJ}যাব"])
def test_joiners_do_not_keep_words_apart(spelling):
    assert text.tokens(f"{spelling} এসেছে") == ["র্যাব", "এসেছে"]


def test_words_of_every_script_stay_whole():
    assert text.tokens("প্রধানমন্ত্রীর সঙ্গে Brexit-এর ৩০% don't") == ["প্রধানমন্ত্রীর", "সঙ্গে", "brexit", "এর", "৩০", "don't"]


def test_words_are_counted():
    assert text.word_count("ঢাকায় আজ ৩০ ডিগ্রি, said the forecast.") == 7
    assert text.word_count("— … !") == 0


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (220, 1), (2200, 10)])
def test_reading_takes_at_least_a_minute(words, minutes):
    assert text.reading_minutes(words) == minutes


def test_plain_text_parts_paragraphs_and_resolves_entities():
    assert text.plain("<p>Q&amp;A</p><p>one<br>two</p><ul><li>a</li><li>b</li></ul>") == "Q&A one two a b"


def test_an_excerpt_ends_between_words():
    assert text.excerpt("The ferries went back, to work", 23) == "The ferries went back…"


def test_a_short_text_is_its_own_excerpt():
    assert text.excerpt("নদীতে কুয়াশা", 60) == text.nfc("নদীতে কুয়াশা")


def test_digits_follow_the_language():
    assert text.localise_digits("12 of 2024", "bn") == "১২ of ২০২৪"
    assert text.localise_digits(2024, "en") == "2024"


DAY = dt.datetime(2018, 9, 17, 20, 14, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("language", "day", "weekday", "time"),
    [
        ("en", "18 September 2018", "Tuesday, 18 September 2018", "02:14"),
        ("bn", "১৮ সেপ্টেম্বর ২০১৮", "মঙ্গলবার, ১৮ সেপ্টেম্বর ২০১৮", "০২:১৪"),
    ],
)
def test_days_and_times_are_the_languages_own_and_the_sites(settings, language, day, weekday, time):
    settings.TIME_ZONE = "Asia/Dhaka"
    assert text.format_day(DAY, language) == day
    assert text.format_weekday(DAY, language) == weekday
    assert text.format_time(DAY, language) == time


def test_the_language_of_the_page_is_the_default():
    with translation.override("bn"):
        assert text.format_day(dt.date(2026, 11, 3)) == "৩ নভেম্বর ২০২৬"


def test_a_date_without_a_time_is_not_moved():
    assert text.format_day(dt.date(2026, 1, 1), "en") == "1 January 2026"


def test_clean_lines_keep_paragraphs_and_lose_what_is_invisible():
    assert text.clean_lines("  One\x0b  two \r\n\n\n\nthree\u202e\n") == "One two\n\nthree"


@pytest.mark.parametrize(
    ("said", "number"),
    [("0", 0), ("007", 7), (str(2**63 - 1), 2**63 - 1), (str(2**63), None), ("9" * 5000, None)]
    + [(said, None) for said in ("", " 1", "-1", "1.0", "১২", "²", "1e3")],
)
def test_a_number_from_outside_is_plain_digits_that_a_database_holds(said, number):
    assert text.whole_number(said) == number


def test_a_number_above_the_bound_is_none():
    assert [text.whole_number(said, most=9) for said in ("9", "10")] == [9, None]


@given(st.lists(st.text("ab কা &<", max_size=60), max_size=12), st.sampled_from(["p", "li", "figcaption"]))
def test_an_excerpt_of_the_opening_is_one_of_the_whole(blocks, tag):
    markup = "".join(f"<{tag}>{html.escape(block)}</{tag}>" for block in blocks)
    assert text.excerpt(text.opening(markup, 40), 40) == text.excerpt(text.plain(markup), 40)


def test_an_opening_is_read_no_further_than_it_has_to_be():
    assert text.opening("<p>The ferries</p><p>went back</p>" * 100, 20) == "The ferries went back"
