"""Tags and filters that every template has (they are builtins: no `load` needed)."""

import datetime as dt

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from newsportal.core import text
from newsportal.core.addresses import absolute
from newsportal.core.identity import Site, site
from newsportal.core.static_files import drawing, in_page

register = template.Library()
register.filter(absolute)
register.simple_tag(drawing)

EDITION_NAMES = {"en": "English", "bn": "বাংলা"}


@register.filter
def day(moment: dt.datetime | dt.date) -> str:
    """`{{ story.publish_at|day }}`: "18 September 2018" in the page's language and digits."""
    return text.format_day(moment)


@register.filter
def weekday(moment: dt.datetime | dt.date) -> str:
    """With the weekday: "Monday, 23 November 2026"."""
    return text.format_weekday(moment)


@register.filter
def month(moment: dt.datetime | dt.date) -> str:
    """A month with its year: "November 2026"."""
    return text.format_month(moment)


@register.filter
def clock(moment: dt.datetime) -> str:
    """Hours and minutes: "09:14"."""
    return text.format_time(moment)


@register.filter
def stamp(moment: dt.datetime, now: dt.datetime) -> str:
    """The shortest time that says it all at `now`: "09:14" today, "22 Nov" this year, "18 Sep 2018" before."""
    then, today = timezone.localtime(moment), timezone.localtime(now)
    if then.date() == today.date():
        return text.format_time(moment)
    return text.localise_digits(text.nfc(date_format(then, "j M" if then.year == today.year else "j M Y")))


@register.filter
def digits(number: object) -> str:
    """A number in the digits of the page's language."""
    return text.localise_digits(number)


@register.filter
def named(moment: dt.datetime | dt.date, pattern: str) -> str:
    """Part of a date in Django's letters (`{{ day|named:"F" }}`), in NFC, as Django's own names are not."""
    return text.nfc(date_format(moment, pattern))


@register.filter
def sanitised(markup: str) -> SafeString:
    """HTML that was sanitised when it was stored (newsportal.core.sanitising), printed as it is."""
    return mark_safe(markup)


@register.simple_tag
def today() -> dt.date:
    """The day it is in the site's time zone."""
    return timezone.localdate()


@register.filter
def number(value: int) -> str:
    """A number with its thousands apart, in the digits of the page's language: "1,068", "১,০৬৮"."""
    return text.localise_digits(f"{value:,}")


@register.simple_tag
def identity() -> Site:
    """The site's identity, for pages of others that call something else `site`."""
    return site(translation.get_language() or settings.LANGUAGE_CODE)


@register.simple_tag(takes_context=True)
def other_editions(context: template.Context) -> list[dict[str, object]]:
    """The editions that the page is not in, as `edition_switch` has them."""
    return edition_switch(context)["editions"]


@register.inclusion_tag("includes/_edition_switch.html", takes_context=True)
def edition_switch(context: template.Context) -> dict[str, object]:
    """Links to the other editions: `editions` is a list of dicts of code, name and url.

    They lead to the same page there, where the page says so (`alternates` or `switches`: addresses by language), else
    to the front page.
    """
    language = context.get("LANGUAGE_CODE", settings.LANGUAGE_CODE)
    pages = {**(context.get("switches") or {}), **(context.get("alternates") or {})}
    return {
        "editions": [
            {
                "code": code,
                "name": EDITION_NAMES.get(code, code),
                "url": pages.get(code) or ("/" if code == settings.LANGUAGE_CODE else f"/{code}/"),
            }
            for code, _name in settings.LANGUAGES
            if code != language
        ]
    }


@register.inclusion_tag("includes/_alternates.html", takes_context=True)
def alternates(context: template.Context) -> dict[str, object]:
    """What search engines are told of the page in other languages; nothing of the further pages of a list.

    Every language names all of them, itself included; who reads none of them gets the default language, if it is there.
    """
    addresses = context.get("alternates") or {}
    page = context.get("page")
    if len(addresses) < 2 or (page and page.number > 1):
        return {"links": []}
    default = addresses.get(settings.LANGUAGE_CODE) or next(iter(addresses.values()))
    return {"links": [*addresses.items(), ("x-default", default)]}


@register.simple_tag
def style_sheet(name: str) -> SafeString:
    """A style sheet for the head of a page: the sheet itself where the policy lets it pass, else a link to it."""
    if sheet := in_page().get(name):
        return format_html("<style>{}</style>", sheet.text)
    return format_html('<link rel="stylesheet" href="{}">', static(name))


@register.simple_tag
def script(name: str, **data: object) -> SafeString:
    """A script that is run where it stands, as `style_sheet`; `data` become attributes that it can read."""
    attributes = format_html_join("", ' data-{}="{}"', data.items())
    if found := in_page().get(name):
        return format_html("<script{}>{}</script>", attributes, found.text)
    return format_html('<script src="{}"{}></script>', static(name), attributes)
