"""What the specifications ask of feeds, as checks that say what is wrong."""

import datetime as dt
import json
import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM, CONTENT, CREATOR = (
    "{http://www.w3.org/2005/Atom}",
    "{http://purl.org/rss/1.0/modules/content/}encoded",
    "{http://purl.org/dc/elements/1.1/}creator",
)
# RSS 2.0, https://www.rssboard.org/rss-specification; RFC 4287, section 4.1; https://www.jsonfeed.org/version/1.1/.
CHANNEL = {"title", "link", "description", "language", "copyright", "lastBuildDate", f"{ATOM}link", "item"}
ITEM = {"title", "link", "description", "pubDate", "guid", "category", CREATOR, CONTENT}
FEED = {"title", "link", "id", "updated", "author", "subtitle", "rights", "entry"}
ENTRY = {"title", "link", "id", "published", "updated", "author", "summary", "content", "category"}
RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")


def is_address(text):
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in text and text.isascii()


def only(element, name):
    """The text of an element that has to be there once, and not to be empty."""
    found = element.findall(name)
    assert len(found) == 1, f"{name} is there {len(found)} times"
    assert (found[0].text or "").strip(), f"{name} is empty"
    return found[0].text


def none_but(element, names):
    strange = {child.tag for child in element} - set(names)
    assert not strange, f"no such elements: {strange}"


def links_of(element, relation):
    return [link.get("href") for link in element.findall(f"{ATOM}link") if link.get("rel") == relation]


def check_rss(content, address):
    root = ElementTree.fromstring(content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    none_but(channel, CHANNEL)
    for name in ("title", "description"):
        only(channel, name)
    assert is_address(only(channel, "link"))
    assert links_of(channel, "self") == [address]
    assert RFC822.fullmatch(only(channel, "lastBuildDate"))
    guids = [only(item, "guid") for item in channel.findall("item")]
    assert len(guids) == len(set(guids)), "two items have one guid"
    for item in channel.findall("item"):
        none_but(item, ITEM)
        assert only(item, "title")
        assert is_address(only(item, "link"))
        assert only(item, CONTENT)
        assert RFC822.fullmatch(only(item, "pubDate"))
        assert parsedate_to_datetime(item.findtext("pubDate"))
        assert item.find("guid").get("isPermaLink") == "false"


def check_atom(content, address):
    root = ElementTree.fromstring(content)
    assert root.tag == f"{ATOM}feed"
    none_but(root, {f"{ATOM}{name}" for name in FEED})
    assert only(root, f"{ATOM}title")
    assert is_address(only(root, f"{ATOM}id"))
    assert RFC3339.fullmatch(only(root, f"{ATOM}updated"))
    assert links_of(root, "self") == [address]
    assert len(links_of(root, "alternate")) == 1
    assert only(root, f"{ATOM}author/{ATOM}name")
    entries = root.findall(f"{ATOM}entry")
    ids = [only(entry, f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)), "two entries have one id"
    for entry in entries:
        none_but(entry, {f"{ATOM}{name}" for name in ENTRY})
        assert only(entry, f"{ATOM}title")
        assert all(RFC3339.fullmatch(only(entry, f"{ATOM}{name}")) for name in ("updated", "published"))
        assert [is_address(link) for link in links_of(entry, "alternate")] == [True]
        assert only(entry, f"{ATOM}content")
        assert entry.find(f"{ATOM}content").get("type") == "html"
        assert all((name.text or "").strip() for name in entry.iter(f"{ATOM}name")), "an author without a name"
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))


def check_json(content, address):
    feed = json.loads(content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert (feed["feed_url"], is_address(feed["home_page_url"])) == (address, True)
    ids = [item["id"] for item in feed["items"]]
    assert all(isinstance(one, str) and one for one in ids)
    assert len(ids) == len(set(ids)), "two items have one id"
    for item in feed["items"]:
        assert is_address(item["url"])
        assert item["content_html"]
        assert all(RFC3339.fullmatch(item[name]) for name in ("date_published", "date_modified"))
        assert dt.datetime.fromisoformat(item["date_published"]).tzinfo
        assert all(author.get("name") or author.get("url") for author in item.get("authors", []))
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
        assert all(is_address(item[name]) for name in ("image",) if name in item)


CHECKS = {"rss.xml": check_rss, "atom.xml": check_atom, "feed.json": check_json}
