"""Where the front page is arranged. Every button sends the whole page, so that all of it works without a script."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import arranging, breaking
from articles.admin.articles.previews import front_as_of, minute_asked
from articles.arranging import StaleFront
from articles.choosing import stories_to_choose
from articles.exceptions import NewsroomError
from articles.forms.fronts import BannerForm, TypedFront
from articles.forms.moments import MINUTE
from articles.models import FrontArrangement
from articles.standing import stands_of
from newsportal.core.read_only import ReadOnly
from newsportal.core.text import LARGEST_INTEGER, whole_number

# Buttons that move what stands in a place: they carry "<key>" or "<key>:<story>".
STEPS = {"_up": -1, "_down": 1}
# Those that move a section's row, or give it one: they carry the section's number.
ROW_STEPS = {"_row_up": -1, "_row_down": 1}
ROW_SWITCHES = {"_row_off": False, "_row_on": True}


@admin.register(FrontArrangement)
class FrontArrangementAdmin(ReadOnly):
    menu_place = 1

    def get_urls(self) -> list[URLPattern]:
        def page(address: str, view: Any, name: str) -> URLPattern:
            return path(address, self.admin_site.admin_view(view), name=f"articles_frontarrangement_{name}")

        return [
            page("banner/", self.banner_view, "banner"),
            page("restore/<int:number>/", self.restore_view, "restore"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page: GET shows what readers have, POST does what the pressed button says with what is typed."""
        language, now = self._edition(request), timezone.now()
        if request.method != "POST":
            typed = TypedFront.of(language, now)
            return self._page(request, typed, self._number(language))
        typed = TypedFront.read(language, request.POST)
        told, moved_row = _done(request.POST, typed), _rows_done(request.POST, typed)
        base = _base(request)
        if "_preview" in request.POST:
            slots, _forms = typed.check(now)
            return front_as_of(request, language, minute_asked(request.POST, now)[0], slots=slots, order=typed.order)
        if "_publish" in request.POST:
            return self._publish(request, typed, base, now)
        return self._page(request, typed, base, moved=told, moved_row=moved_row)

    def restore_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Brings a version back."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        language = self._edition(request)
        version = get_object_or_404(FrontArrangement, language=language, number=number)
        try:
            arranging.restore(version, base=_base(request), by=request.user)
        except NewsroomError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Version %(number)s is on the front page again.") % {"number": number})
        return HttpResponseRedirect(_address(language))

    def banner_view(self, request: HttpRequest) -> HttpResponse:
        """Puts the edition's banner up, or takes it down."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        language, now = self._edition(request), timezone.now()
        form = BannerForm(request.POST)
        try:
            if "_end" in request.POST:
                breaking.take_down(language, base=_base(request, "banner-base"), by=request.user, now=now)
                messages.success(request, _("The banner is down."))
            elif form.is_valid():
                breaking.raise_banner(language, **form.cleaned_data, by=request.user, now=now)
                messages.success(request, _("The banner is up on every page of the edition."))
            if "_end" in request.POST or form.is_valid():
                return HttpResponseRedirect(_address(language))
        except breaking.StaleBanner as stale:
            messages.error(request, str(stale))
            return HttpResponseRedirect(_address(language))
        except NewsroomError as error:
            form.add_error(None, str(error))
        typed = TypedFront.of(language, now)
        return self._page(request, typed, self._number(language), banner=form, status=422)

    def _publish(self, request: HttpRequest, typed: TypedFront, base: int, now: dt.datetime) -> HttpResponse:
        slots, forms = typed.check(now)
        if any(form.errors for form in forms.values()):
            return self._page(request, typed, base, status=422, error=_("Nothing is published yet: look at the marks."))
        try:
            version = arranging.arrange(typed.language, slots, base=base, by=request.user, now=now, order=typed.order)
        except StaleFront as stale:
            return self._page(request, typed, stale.newest.number, status=409, error=str(stale), stale=stale.newest)
        except NewsroomError as error:
            return self._page(request, typed, base, status=422, error=str(error))
        if version is not None and version.number != base:
            messages.success(request, _("The front page is published."))
        else:
            messages.info(request, _("Nothing differs from what readers have."))
        return HttpResponseRedirect(_address(typed.language))

    def _page(
        self, request: HttpRequest, typed: TypedFront, base: int, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        now = timezone.now()
        slots, forms = typed.check(now)
        data = request.POST or request.GET
        at, error = minute_asked(data, now)
        parts = stands_of(typed.language, at, slots, typed.order, user=request.user)
        for stand in [stand for part in parts for stand in part.places]:
            stand.form = forms.get(stand.key)
        language, query = typed.language, data.get("q", "")
        banner = breaking.banner_of(language)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Front page"),
            "edition": language,
            "editions": [(code, str(name), _address(code)) for code, name in settings.LANGUAGES],
            "base": base,
            "parts": parts,
            "at": timezone.localtime(at).strftime(MINUTE) if at != now else "",
            "at_error": error,
            "query": query,
            "where": data.get("where", "lead-1"),
            "found": stories_to_choose(query, language=language, now=now),
            "now": now,
            "may_order": arranging.may_arrange(request.user),
            "may_arrange": any(part.is_open for part in parts),
            "may_raise": request.user.has_perm("articles.raise_banner"),
            "banner": BannerForm(banner=banner, now=now),
            "banner_is_up": bool(banner and banner.until > now),
            "versions": arranging.versions(language)[: arranging.VERSIONS_SHOWN],
            **more,
        }
        return TemplateResponse(request, "admin/articles/front/arrange.html", context, status=status)

    def _edition(self, request: HttpRequest) -> str:
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.get("edition", "")
        return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    @staticmethod
    def _number(language: str) -> int:
        newest = arranging.newest(language)
        return newest.number if newest else 0


def _base(request: HttpRequest, name: str = "base") -> int:
    """The version that the page was opened on; 0 for none, and for what is no number."""
    return whole_number(request.POST.get(name, ""), most=LARGEST_INTEGER) or 0


def _rows_done(post: Any, typed: TypedFront) -> str:
    """Does with the typed rows what the pressed button says; returns the section's number, "" for another button."""
    for name, step in ROW_STEPS.items():
        if name in post:
            typed.move_row(post[name], step=step)
            return post[name]
    for name, shown in ROW_SWITCHES.items():
        if name in post:
            typed.show_row(post[name], shown=shown)
            return post[name]
    section, _colon, target = post.get("_row_move", "").partition(":")
    if target:
        typed.move_row(section, to=target)
    return section


def _done(post: Any, typed: TypedFront) -> str:
    """Does with the typed arrangement what the pressed button says; returns the key of the place that it is about."""
    for name, step in STEPS.items():
        if name in post:
            key, _colon, story = post[name].partition(":")
            typed.move(key, target := typed.beside(key, step), story)
            return target
    if "_move" in post:
        key, target, story = [*post["_move"].split(":"), "", ""][:3]
        typed.move(key, target, story)
        return target
    if "_keep" in post:
        key, _colon, story = post["_keep"].partition(":")
        typed.pin(key, story)
        return key
    if "_pin" in post:
        typed.pin(post.get("where", ""), post["_pin"])
        return post.get("where", "")
    if "_unpin" in post:
        typed.typed.pop(post["_unpin"], None)
        return post["_unpin"]
    return ""


def _address(language: str) -> str:
    return f"{reverse('admin:articles_frontarrangement_changelist')}?edition={language}"
