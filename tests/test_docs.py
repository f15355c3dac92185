"""What the documentation points to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")


def pointers(page):
    """(whether it is a picture, path or "", anchor or "") for every link of a page that leads to a file of ours."""
    for picture, target in LINK.findall(page.read_text()):
        if not re.match(r"\w+:", target):
            path, _hash, anchor = target.partition("#")
            yield bool(picture), path, anchor


def anchors(page):
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    broken = []
    for _picture, path, anchor in pointers(page):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(f"{path}#{anchor}")
    assert broken == []


def test_every_picture_is_shown_somewhere_and_small():
    shown = {(page.parent / path).resolve() for page in PAGES for picture, path, _anchor in pointers(page) if picture}
    kept = set((ROOT / "docs" / "img").iterdir())
    assert shown == kept
    assert {path.name: path.stat().st_size for path in kept if path.stat().st_size > 80_000} == {}
