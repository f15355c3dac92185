from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.composing.wrapping import COLUMNS, MOST_OCTETS, wrap_markup, wrap_text

WORDS = st.text(alphabet="abcপ্রধানমন্ত্রী\u00a0.,", min_size=1, max_size=20)
VALUES = st.text(alphabet="ab ফগ/", max_size=150)
TAGS = st.builds(lambda one, two: f'<a href="{one}" title="{two}">', VALUES, VALUES)
MARKUP = st.lists(
    st.one_of(WORDS, TAGS, st.just(" "), st.just("</a>"), st.just("\n"), st.just("<!--[if mso]> <p> <![endif]-->"))
)


class Read(HTMLParser):
    """What a parser makes of markup: tags with their attributes, and words."""

    def __init__(self, markup):
        super().__init__()
        self.found = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))

    def handle_data(self, data):
        self.found += [word for word in data.replace("\n", " ").split(" ") if word]

    def handle_comment(self, data):
        self.found.append(("comment", data))


@settings(max_examples=200)
@given(MARKUP)
def test_wrapped_markup_reads_as_it_did(parts):
    markup = "".join(parts)
    assert Read(wrap_markup(markup)).found == Read(markup).found


@given(st.lists(WORDS, min_size=50, max_size=400))
def test_no_line_of_words_is_too_long(words):
    lines = wrap_markup("<p>" + " ".join(words) + "</p>").split("\n")
    assert max(len(line.encode()) for line in lines) <= MOST_OCTETS + 3 * 20 + 4


def test_attributes_go_on_lines_of_their_own():
    long = "ফ" * 200
    wrapped = wrap_markup(f'<img alt="{long}" title="{long} {long[:10]}" width="5">')
    assert wrapped == f'<img alt="{long}"\ntitle="{long} {long[:10]}" width="5">'


def test_text_is_wrapped_at_words_and_addresses_stay_whole():
    address = "https://news.example.org/" + "a" * 100
    text = wrap_text(f"{'word ' * 40}\n\n\n\n{address}\n- {'item ' * 30}")
    lines = text.split("\n")
    assert address in lines
    assert max(len(line) for line in lines if line != address) <= COLUMNS
    assert "\n\n\n" not in text
    assert lines[-2].startswith("  item")
