"""Makes the pictures of the documentation from the demo newsroom: `make pictures`; ARGS=desk makes those of one part.

Starts a portal of its own in a folder that is thrown away, does what the pictures show, and writes docs/img.
"""

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT, FOLDER = HERE.parent, HERE / "img"
LARGEST = 80_000
WIDTH = 1280
STORIES = "/admin/articles/article/"
DRAFT = "Night launches may be back on the southern rivers by spring"
WAITS = "Hilsa are back in the upper Meghna three weeks early"
CHANGED = "Garment makers learn to live on the order of eight hundred shirts"
LOGGED = "A bridge gets an opening date, and a second one in case"
LIVE = "Fog on the Padma: the crossings as they open and close"
SERIES = "Life on moving land"
PADDED = "document.querySelector('#credits-panel').style.cssText = 'padding: 16px 20px 120px; inline-size: fit-content'"
WRONG = "Old paint tins show where Dhaka’s dengue will be two weeks early"


@contextmanager
def portal() -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """The address of a portal with the demo newsroom, the passwords of its accounts, and its environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="newsportal-pictures-") as folder:
        kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        url = f"http://127.0.0.1:{port}"
        environment = kept | {"DATA_DIR": folder, "PORT": str(port), "SITE_URL": url}
        server = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment)
        try:
            _wait(server, f"{url}/healthz")
            lines = (Path(folder) / "demo-accounts.txt").read_text().splitlines()
            yield url, dict(line.split() for line in lines), environment
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _wait(server: subprocess.Popen, address: str) -> None:
    """Until the portal answers; ends the script when it ends instead."""
    while server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310
        except OSError:
            try:
                server.wait(1)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
    sys.exit("The portal has ended before it answered.")


class Newsroom:
    """The portal as its people see it; each has a window of their own."""

    def __init__(self, browser: Browser, url: str, passwords: dict[str, str], environment: dict[str, str]) -> None:
        self.browser, self.url, self.passwords, self.environment = browser, url, passwords, environment
        self.pages: dict[str, Page] = {}
        self.addresses: dict[str, str] = {}

    def as_(self, name: str) -> Page:
        if name not in self.pages:
            page = self.pages[name] = self.browser.new_page(
                viewport={"width": WIDTH, "height": 900}, base_url=self.url, locale="en-GB"
            )
            page.goto("/admin/")
            page.fill("[name=login]", name)
            page.fill("[name=password]", self.passwords[name])
            page.press("[name=password]", "Enter")
            page.wait_for_url("**/admin/")
        return self.pages[name]

    def address(self, headline: str) -> str:
        """Of a story's form."""
        if headline not in self.addresses:
            page = self.as_("editor")
            page.goto(f"{STORIES}?q={' '.join(headline.split()[:5])}")
            href = page.get_by_role("link", name=headline).get_attribute("href") or ""
            self.addresses[headline] = re.sub(r"change/.*", "", href)
        return self.addresses[headline]

    def open_form(self, name: str, headline: str) -> Page:
        page = self.as_(name)
        page.goto(f"{self.address(headline)}change/")
        page.locator(".tiptap.ProseMirror").wait_for()
        return page


def take(page: Page, name: str, *, height: int = 900, element: str = "") -> None:
    """A picture of the top of a page, or of one element of it."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_load_state("networkidle")
    shot = page.locator(element).screenshot() if element else page.screenshot()
    keep(Image.open(io.BytesIO(shot)).convert("RGB"), FOLDER / name)


def keep(picture: Image.Image, path: Path) -> None:
    """Writes it in at most LARGEST bytes: with fewer colours first, then smaller."""
    while True:
        for step in (256, 128, 64, 32) if path.suffix == ".png" else (82, 74, 66, 58):
            data = io.BytesIO()
            if path.suffix == ".png":
                picture.quantize(step, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
            else:
                picture.save(data, "JPEG", quality=step, optimize=True, progressive=True)
            if data.tell() <= LARGEST:
                path.write_bytes(data.getvalue())
                print(f"{path.relative_to(ROOT)}: {picture.width} × {picture.height}, {data.tell() / 1000:.0f} KB")  # noqa: T201
                return
        picture = picture.resize((picture.width * 9 // 10, picture.height * 9 // 10), Image.Resampling.LANCZOS)


def take_desk(newsroom: Newsroom) -> None:
    editor = newsroom.as_("editor")
    editor.goto("/admin/")
    take(editor, "desk.png", height=1400)
    editor.goto(STORIES)
    take(editor, "list.png")
    editor.goto(f"/admin/articles/logentry/?story={newsroom.address(LOGGED).strip('/').split('/')[-1]}")
    take(editor, "log.png", height=520)
    take(newsroom.open_form("reporter", DRAFT), "form.png", height=1000)
    take(newsroom.open_form("editor", CHANGED), "changes.png")
    editor.goto(f"{newsroom.address(CHANGED)}preview/")
    take(editor, "preview.png", height=1080)
    editor.goto(f"{newsroom.address(DRAFT)}revisions/compare/?old=1&new=2")
    take(editor, "revisions.png")
    editor.goto(f"{newsroom.address(WRONG)}correct/")
    editor.locator("textarea").first.fill("An earlier version said that 400 tins were counted.")
    editor.locator("textarea").last.fill("It was 340, as the city’s own list says.")
    take(editor, "correction.png", height=620)


def take_publishing(newsroom: Newsroom) -> None:
    """A headline that search results will cut."""
    editor = newsroom.open_form("editor", WAITS)
    editor.get_by_label("Headline").fill(f"{WAITS}, and nobody on the river knows the reason yet")
    editor.get_by_role("button", name="Publish…").click()
    editor.get_by_text("Publish all the same").wait_for()
    take(editor, "publish.png", height=560)


def take_collision(newsroom: Newsroom) -> None:
    """Two people change the same headline."""
    reporter, editor = newsroom.open_form("reporter", DRAFT), newsroom.open_form("editor", DRAFT)
    editor.get_by_label("Headline").fill("Night launches may be back on the rivers before the rains")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".messagelist")).to_be_visible()
    reporter.get_by_label("Headline").fill("Amber lamps may bring the night launches back by spring")
    reporter.get_by_role("button", name="Save", exact=True).click()
    reporter.locator(".collision").wait_for()
    take(reporter, "collision.png", height=760)


def take_front(newsroom: Newsroom) -> None:
    """The two of the README."""
    reader = newsroom.browser.new_page(viewport={"width": WIDTH, "height": 900}, base_url=newsroom.url)
    reader.goto("/")
    take(reader, "front.jpg")
    take(newsroom.open_form("editor", CHANGED), "editor.jpg")


def take_screens(newsroom: Newsroom) -> None:
    """Front page, live, series, byline and pictures: screens beside the form of a story."""
    editor = newsroom.as_("editor")
    editor.goto("/admin/articles/frontarrangement/?edition=en")
    editor.get_by_label("Search stories").fill("ferry")
    expect(editor.locator(".found-stories > li").first).to_contain_text("ferries")
    editor.locator(".front-top details[open] > summary").last.click()
    editor.evaluate("scrollTo(0, 0)")
    take(editor, "arranging.png", height=1240)
    editor.goto(f"{newsroom.address(LIVE)}live/")
    editor.get_by_label("Title").first.fill("Speedboats may cross again")
    editor.get_by_label("Text").first.fill("Twelve passengers each, life jackets on. The first left Mawa with eleven.")
    editor.get_by_label("Key point").first.check()
    take(editor, "live.png", height=1000)
    editor.goto("/admin/articles/series/")
    editor.get_by_role("link", name=SERIES).click()
    take(editor, "series.png", height=1040)
    editor = newsroom.open_form("editor", DRAFT)
    editor.get_by_role("button", name="Add a name").click()
    editor.locator("#credits-panel input").last.press_sequentially("Tan")
    editor.locator("#credits-panel [role=option]").first.wait_for()
    editor.evaluate(PADDED)
    take(editor, "byline.png", element="#credits-panel")
    editor.goto("/admin/articles/image/")
    take(editor, "library.png", height=780)


LINKS = """
from newsletter import links
from newsletter.models import Issue, Subscription
row = Subscription.objects.for_mail().filter(state="confirmed", newsletter__language="en").order_by("pk").first()
sent = Issue.objects.gone_out().filter(newsletter__language="en").first()
for url in (links.preferences_url(row.subscriber), links.unsubscribe_url(row), links.issue_url(sent)):
    print(url)
print(sent.pk)
"""


def take_newsletter(newsroom: Newsroom) -> None:
    """What a reader meets, as on a phone; and a mail in both schemes."""
    run = [sys.executable, "manage.py", "shell", "-v", "0", "-c", LINKS]
    told = subprocess.run(
        run, cwd=ROOT, env=newsroom.environment, capture_output=True, text=True, check=True
    ).stdout.split()
    preferences, leave, archive, issue = told[-4:]
    pages = [f"{newsroom.url}/newsletter/", preferences, leave, archive]
    keep(_beside(newsroom, [(address, "light") for address in pages]), FOLDER / "readers.jpg")
    mail = f"{newsroom.url}/admin/newsletter/issue/{issue}/frame/?scheme="
    window = newsroom.as_("chief")
    shown = [_on_a_phone(window, f"{mail}{scheme}") for scheme in ("light", "dark")]
    keep(_row(shown), FOLDER / "mail-schemes.jpg")


def _beside(newsroom: Newsroom, pages: list[tuple[str, Any]]) -> Image.Image:
    shots = []
    for address, scheme in pages:
        page = newsroom.browser.new_page(color_scheme=scheme)
        shots.append(_on_a_phone(page, address))
        page.close()
    return _row(shots)


def _on_a_phone(page: Page, address: str) -> Image.Image:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address, wait_until="networkidle")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _row(shots: list[Image.Image], gap: int = 24) -> Image.Image:
    """Pictures of one height side by side, on grey."""
    width = sum(shot.width for shot in shots) + gap * (len(shots) + 1)
    row = Image.new("RGB", (width, shots[0].height + 2 * gap), "#d8d8d8")
    left = gap
    for shot in shots:
        row.paste(shot, (left, gap))
        left += shot.width + gap
    return row


def chromium(playwright: Any) -> Browser:
    path = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not path:
        sys.exit("make pictures needs Chromium: apt-get install chromium (or your system's package).")
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


PARTS = {
    "newsletter": take_newsletter,
    "desk": take_desk,
    "screens": take_screens,
    "publishing": take_publishing,
    "collision": take_collision,
    "front": take_front,
}


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        sys.exit(f"No part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    FOLDER.mkdir(exist_ok=True)
    with portal() as (url, passwords, environment), sync_playwright() as playwright:
        newsroom = Newsroom(chromium(playwright), url, passwords, environment)
        for name in chosen:
            PARTS[name](newsroom)
