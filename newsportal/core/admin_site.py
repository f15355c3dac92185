"""The admin as the newsroom sees it: behind allauth's login, with the one extra style its body editor needs."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

APP_ORDER = ("articles", "newsletter", "core", "auth")


class NewsroomAdminSite(admin.AdminSite):
    """Django's admin site with our name, and the policy of its pages."""

    site_header = _("Newsroom")
    site_title = _("Newsroom")
    index_title = _("Desk")
    enable_nav_sidebar = False

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The newsroom's work first, the machinery last."""
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: APP_ORDER.index(app["app_label"]) if app["app_label"] in APP_ORDER else 99)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Django's wrapper, plus the hash of the editor's style in `style-src`."""
        allow_editor = csp_update({"style-src": settings.ADMIN_STYLE_HASHES})
        return allow_editor(super().admin_view(view, cacheable))

    @property
    def urls(self) -> Any:
        self.login = secure_admin_login(self.login)  # type: ignore[method-assign]
        return super().urls
