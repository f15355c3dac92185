"""The demo newsroom's front pages: some stories pinned, the English one arranged twice, and a breaking banner."""

import datetime as dt

from django.conf import settings
from django.contrib.auth import get_user_model

from articles import arranging, breaking
from articles.models import Article, FrontArrangement, FrontSlot
from newsportal.core.models import SiteBanner
from newsportal.demo import content

HOUR = dt.timedelta(hours=1)


def fill(now: dt.datetime) -> None:
    """Arranges front pages that nobody has arranged, and puts up a banner where there is none."""
    editor = get_user_model().objects.filter(username="editor").first()
    rows = content.read("fronts")
    bare = {code for code, _name in settings.LANGUAGES if arranging.newest(code) is None}
    for version in [version for version in rows["version"] if version["language"] in bare]:
        last = arranging.newest(version["language"])
        slots = [_slot(pin, version["language"], now) for pin in version["pin"]]
        at, base = now - version["hours_ago"] * HOUR, last.number if last else 0
        arranging.arrange(version["language"], slots, base=base, by=editor, now=at)
    for row in rows["banner"]:
        if breaking.banner_of(row["language"]) is None:
            link = Article.objects.get(source_id=f"demo:{row['story']}").get_absolute_url()
            until = now + row["hours"] * HOUR
            breaking.raise_banner(row["language"], text=row["text"], link=link, until=until, base=0, by=editor, now=now)


def remove() -> None:
    """Takes away what is of the demo newsroom alone."""
    FrontArrangement.objects.filter(slots__article__demo=True).delete()
    SiteBanner.objects.filter(text__in=[row["text"] for row in content.read("fronts")["banner"]]).delete()


def _slot(pin: dict, language: str, now: dt.datetime) -> FrontSlot:
    article = Article.objects.select_related("section").get(source_id=f"demo:{pin['story']}")
    places = arranging.places_of(language)
    wanted = (pin["area"], pin.get("section"), pin["position"])
    place = next(p for p, section in places if (p.area, section.path if section else None, p.position) == wanted)
    until = now + pin["hours"] * HOUR if "hours" in pin else None
    slot = FrontSlot(area=place.area, section_id=place.section, position=place.position, article=article, until=until)
    slot.kicker, slot.headline = pin.get("kicker", ""), pin.get("headline", "")
    return slot
