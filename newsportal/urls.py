"""All addresses: machines and staff first, then the newsletter's and the stories' of each edition."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLResolver, include, path
from django.views.i18n import set_language

from articles.admin.articles.previews import front_preview
from articles.urls import machine_urlpatterns as articles_machine_urlpatterns
from articles.views.previews import preview
from newsletter.urls import machine_urlpatterns as newsletter_machine_urlpatterns
from newsportal.core.views import health, machines, media


def anymail_patterns() -> list[URLResolver]:
    """Providers' webhooks, such as /newsletter/webhooks/postmark/tracking/, where Anymail is set up."""
    return [path("newsletter/webhooks/", include("anymail.urls"))]


urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("favicon.ico", machines.favicon),
    path("apple-touch-icon.png", machines.favicon),
    path("apple-touch-icon-precomposed.png", machines.favicon),
    path("media/<path:path>", media.media, name="media"),
    path("admin/front-preview/", admin.site.admin_view(front_preview), name="front_preview"),
    path("admin/", admin.site.urls),
    path("accounts/language/", set_language, name="set_language"),
    path("accounts/", include("allauth.urls")),
    path("preview/<str:token>/", preview, name="preview"),
    *articles_machine_urlpatterns,
    *newsletter_machine_urlpatterns,
    *(anymail_patterns() if settings.ANYMAIL["WEBHOOK_SECRET"] else []),
    *i18n_patterns(
        path("manifest.webmanifest", machines.manifest, name="manifest"),
        path("", include("newsletter.urls")),
        path("", include("articles.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "newsportal.core.views.errors.bad_request"
handler403 = "newsportal.core.views.errors.forbidden"
handler404 = "newsportal.core.views.errors.not_found"
handler500 = "newsportal.core.views.errors.server_error"
