"""All addresses: machines and staff first, then the newsletter's and the stories' of each edition."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    *i18n_patterns(
        path("", include("articles.urls")),
        prefix_default_language=False,
    ),
]

handler404 = "newsportal.core.views.errors.not_found"
handler400 = "newsportal.core.views.errors.bad_request"
handler403 = "newsportal.core.views.errors.forbidden"
handler500 = "newsportal.core.views.errors.server_error"
