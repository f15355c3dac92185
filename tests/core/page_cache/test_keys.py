import string

import pytest
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st

from newsportal.core.page_cache.keys import LONGEST_PATH, Keys, canonical, digest
from tests.pages import Site, ask, ask_as, environ_of

# What a server hands on: bytes as Latin-1.
anything = st.text(st.characters(max_codepoint=255), max_size=60)
PERSONAL = (
    "COOKIE",
    "AUTHORIZATION",
    "ACCEPT_ENCODING",
    "ACCEPT_LANGUAGE",
    "RANGE",
    "IF_NONE_MATCH",
    "X_FORWARDED_HOST",
)
HOSTILE = (*PERSONAL, "X_FORWARDED_PROTO", "X_FORWARDED_FOR", "X_REQUEST_ID", "IF_MODIFIED_SINCE", "USER_AGENT")
words = st.text(string.ascii_letters + "._-", min_size=1, max_size=12)


@pytest.fixture(scope="module")
def keys():
    return Keys(hosts=frozenset({"news.example.org"}), scheme="http", proxies_say=None)


def read(keys, address="/latest/", *, host="news.example.org", **request):
    environ = environ_of(address, host=host, **request)
    return keys.read(environ)


def test_key_is_host_and_path(keys):
    assert read(keys).key == "news.example.org/latest/"
    assert read(keys, host="NEWS.example.org.:8000").key == read(keys).key


@pytest.mark.parametrize(
    "host", ["evil.example", "", "news.example.org@evil", "a" * 5000, "news.example.org\r\nX: y", "[::1"]
)
def test_other_hosts_are_left_to_django(keys, host):
    assert read(keys, host=host) is None


def test_names_that_only_a_wildcard_allows_are_not_kept(settings):
    settings.ALLOWED_HOSTS = [".example.org", "www.example.org"]
    assert read(Keys(), host="www.example.org")
    assert read(Keys(), host="a1b2.example.org") is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PURGE", "OPTIONS"])
def test_only_reading_is_answered(keys, method):
    assert read(keys, method=method) is None


@pytest.mark.parametrize("path", ["/" + "x" * LONGEST_PATH, "/" + "x" * 100_000, "latest/", "*", "/a\x00b"])
def test_odd_paths_are_left_to_django(keys, path):
    assert read(keys, path) is None


def test_query_of_100_kb_is_left_to_django(keys):
    assert read(keys, "/latest/?page=" + "1" * 100_000) is None


def test_scheme_is_what_a_trusted_proxy_says(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    keys = Keys(hosts=frozenset({"news.example.org"}), scheme="https")
    assert read(keys, x_forwarded_proto="https").key == read(keys, x_forwarded_proto="https, http").key
    assert read(keys, x_forwarded_proto="http") is None
    assert read(keys, x_forwarded_proto="HTTPS") is None


@given(names=st.lists(words, max_size=20), values=st.lists(anything, min_size=20, max_size=20))
def test_unknown_parameters_neither_split_nor_reach_the_view(keys, names, values):
    pairs = [f"{name}={value}" for name, value in zip(names, values, strict=False) if name != "page"]
    asked = read(keys, "/latest/?" + "&".join(pairs).replace("page=", "p="))
    if asked is not None:
        assert (asked.key, asked.query) == ("news.example.org/latest/", "")


def test_a_thousand_unknown_parameters_are_dropped(keys):
    query = "&".join(f"x{number}=1" for number in range(1000))
    assert read(keys, f"/latest/?{query}&page=2").key == "news.example.org/latest/?page=2"


def test_more_parameters_than_django_reads_are_left_to_it(keys):
    assert read(keys, "/latest/?" + "a&" * 3000) is None


def test_order_and_spelling_of_known_parameters_do_not_split(keys):
    spellings = [
        "q=fog&sort=date",
        "sort=date&q=fog",
        "q=%66og&sort=date&utm_source=x",
        "q=mist&q=fog&sort=date&author=",
    ]
    assert len({read(keys, f"/search/?{query}").key for query in spellings}) == 1


def test_parameters_of_one_page_are_nothing_to_another(keys):
    assert read(keys, "/latest/?q=fog").query == ""
    assert read(keys, "/search/?q=fog&page=2").query == "q=fog"


@given(query=anything)
def test_canonical_form_is_read_as_the_whole_was(query):
    once = canonical(query, ("page", "q"))
    assert canonical(once, ("page", "q")) == once


@given(
    st.dictionaries(st.sampled_from(["q", "sort", "page"]), st.text(min_size=1, max_size=20).filter(str.isprintable))
)
def test_different_values_have_different_keys(values):
    known = ("page", "q", "sort")
    forms = {
        canonical(f"{name}={value}", known) for name in known for value in ("a", "b", "a&", "a=b", "ক", "ক&page=2"[:1])
    }
    assert len(forms) >= 9


@given(
    path=st.one_of(st.sampled_from(["/latest/", "/search/", "/bn/"]), anything.map("/{}".format)),
    query=anything,
    host=st.one_of(st.just("127.0.0.1:8000"), anything),
    said=st.fixed_dictionaries({f"HTTP_{name}": anything for name in HOSTILE}),
)
def test_nothing_that_a_request_carries_breaks_or_poisons(echo, path, query, host, said):
    environ = environ_of("/", host=host) | {"PATH_INFO": path, "QUERY_STRING": query} | said
    assert ask_as(echo.cache, environ).status < 500
    for address in ("/latest/", "/search/?q=fog"):
        assert ask(echo.cache, address).text == f"{address.partition('?')[0]}|{address.partition('?')[2]}|"


@pytest.fixture(scope="module")
def echo():
    """A site whose pages say what their views were asked, and by whom."""

    def application(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public, s-maxage=60"), ("Content-Type", "text/plain")])
        asked = (
            environ["PATH_INFO"],
            environ["QUERY_STRING"],
            "".join(environ.get(f"HTTP_{name}", "") for name in PERSONAL),
        )
        return ["|".join(asked).encode()]

    site = Site(application)
    site.cache.ledger.refresh = lambda: True
    site.cache.ledger.checked = float("inf")
    return site


@given(st.text(max_size=50))
def test_digest_takes_any_key(key):
    assert digest(key).isalnum()


def test_the_sites_own_names_are_kept():
    assert read(Keys(), host=django_settings.ALLOWED_HOSTS[0])
