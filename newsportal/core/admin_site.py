"""The admin as the newsroom sees it: behind allauth's login, with the one extra style its body editor needs."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

APP_ORDER = ("articles", "newsletter", "core", "auth")
# The desk's list of things: what each heading holds, by app. An app that stands nowhere goes under the last heading.
GROUPS = (
    (_("Stories"), ("articles",)),
    (_("Newsletter"), ("newsletter",)),
    (_("Site"), ("core",)),
    (_("Accounts"), ("auth", "account", "mfa")),
)
# Where a model stands in its app's list: its admin's `menu_place`; those without one come after, by name.
LAST_PLACE = 99
# Tags have a model of their own, which keeps Bangla whole; the one of this app holds nothing.
HIDDEN_APPS = frozenset({"taggit"})


class NewsroomAdminSite(admin.AdminSite):
    """Django's admin site with our name, and the policy of its pages."""

    site_header = _("Newsroom")
    site_title = _("Newsroom")
    index_title = _("Desk")
    enable_nav_sidebar = False

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The newsroom's work first, the machinery last. Asked several times a page, found out once."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        if not hasattr(request, "_newsroom_apps"):
            apps = [app for app in super().get_app_list(request) if app["app_label"] not in HIDDEN_APPS]
            for app in apps:
                app["models"].sort(key=lambda row: getattr(self._registry[row["model"]], "menu_place", LAST_PLACE))
            request._newsroom_apps = sorted(apps, key=_place)
        return request._newsroom_apps

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The desk: its template fills it with the panels of each app; below them `groups`, the list of things."""
        return super().index(request, {"groups": self.groups(request), **(extra_context or {})})

    def groups(self, request: HttpRequest) -> list[tuple[Any, list[dict[str, Any]]]]:
        """(heading, Django's dictionaries of models) for each heading under which this person may see something."""
        placed = [(heading, labels, list[dict[str, Any]]()) for heading, labels in GROUPS]
        for app in self.get_app_list(request):
            models = next((found for _name, labels, found in placed if app["app_label"] in labels), placed[-1][2])
            models.extend(app["models"])
        return [(heading, models) for heading, _labels, models in placed if models]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Django's wrapper, plus the hash of the editor's style in `style-src`."""
        allow_editor = csp_update({"style-src": settings.ADMIN_STYLE_HASHES})
        return allow_editor(super().admin_view(view, cacheable))

    @property
    def urls(self) -> Any:
        self.login = secure_admin_login(self.login)  # type: ignore[method-assign]
        return super().urls


def _place(app: dict[str, Any]) -> int:
    return APP_ORDER.index(app["app_label"]) if app["app_label"] in APP_ORDER else len(APP_ORDER)
