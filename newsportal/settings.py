"""The one settings file. What differs between machines comes from the environment (README, "Environment")."""

import logging
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from django_prose_editor.config import html_tags
from js_asset import static_lazy
from whitenoise.compress import Compressor

from newsportal.core.env import Environment
from newsportal.core.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR / ".env")

# Where the portal keeps what it makes: database, media, collected static files, the key of a first run.
DATA_DIR = BASE_DIR / env.text("DATA_DIR", "var")

# --- The site and its addresses ---------------------------------------------------------------------------------------

DEBUG = env.flag("DEBUG", default=False)
PORT = env.number("PORT", default=8000, low=1, high=65535)
SITE_URL = env.address("SITE_URL", default=f"http://127.0.0.1:{PORT}")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.hosts(
    "ALLOWED_HOSTS", default=sorted({urlsplit(SITE_URL).hostname or "", "localhost", "127.0.0.1", "[::1]"})
)
SECRET_KEY = env.secret_key("SECRET_KEY", folder=DATA_DIR)
SECRET_KEY_IS_LOCAL = not env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# A WebSub hub that feeds name, for programs that would rather be told of news than ask.
WEBSUB_HUB = env.link("WEBSUB_HUB")
# Whom security.txt names; without it, the contact e-mail of the site's identity.
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", default=0, low=0, high=5)

ROOT_URLCONF = "newsportal.urls"
WSGI_APPLICATION = "newsportal.wsgi.application"
# The list of background duties (newsportal.core.duties.Duty) that the worker does and /readyz asks about.
DUTIES = "newsportal.duties.DUTIES"

# --- Apps and middleware ----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "newsportal.apps.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_prose_editor",
    "django_structlog",
    "js_asset",
    "taggit",
    "newsportal",
    "newsportal.core",
    "articles",
    "newsletter",
]

MIDDLEWARE = [
    "newsportal.core.request_log.RequestLogMiddleware",
    "newsportal.core.middleware.PictureHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_http_compression.middleware.HttpCompressionMiddleware",
    # Looks into the page.
    "newsportal.core.middleware.ContentPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "newsportal.core.middleware.CleanRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "newsportal.core.middleware.EditionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "newsletter.views.stamps.StampMiddleware",
    "articles.views.redirects.MovedMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "newsportal.core.middleware.SecondFactorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsportal.core.context_processors.site",
            ],
            "builtins": ["newsportal.core.templatetags.portal", "newsportal.core.templatetags.parts"],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", default=DATA_DIR / "db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL")}
CACHE_IS_SHARED = not CACHES["default"]["BACKEND"].endswith("LocMemCache")
STORAGES = {
    "default": env.storage("STORAGE_URL", default=DATA_DIR / "media"),
    "staticfiles": {"BACKEND": "newsportal.core.static_files.StaticFilesStorage"},
}
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Source maps are read by developers only, and take longest to compress.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]

# Bodies are long; nothing else is. Pictures are limited where they are checked (articles/imaging.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_TAGS_FROM_STRING = "articles.models.tags.names_from_line"
TAGGIT_STRING_FROM_TAGS = "articles.models.tags.line_from_names"

# --- Languages and time -----------------------------------------------------------------------------------------------

LANGUAGES = [("en", _("English")), ("bn", _("Bangla"))]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", default="en", among=("en", "bn"))
LOCALE_PATHS = [BASE_DIR / "newsportal" / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", default="Asia/Dhaka")
USE_TZ = True
FORMAT_MODULE_PATH = ["newsportal.formats"]
# What somebody of the newsroom has chosen for its own pages; readers get no cookie.
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Mail -------------------------------------------------------------------------------------------------------------

_mail = env.mail("EMAIL_URL")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.mailbox("DEFAULT_FROM_EMAIL", default=f"news@{urlsplit(SITE_URL).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where mail that cannot be delivered comes back to: `local+token@domain` of the one, or `b+token@` the other.
BOUNCE_ADDRESS = env.bounce_mailbox("BOUNCE_ADDRESS")
if BOUNCE_DOMAIN := env.domain("BOUNCE_DOMAIN"):
    if BOUNCE_ADDRESS:
        raise ImproperlyConfigured("BOUNCE_ADDRESS and BOUNCE_DOMAIN are both set; set one of them.")
    BOUNCE_ADDRESS = f"b@{BOUNCE_DOMAIN}"
# The mailbox behind it, which the worker reads and empties.
BOUNCE_MAILBOX = env.report_mailbox("BOUNCE_MAILBOX")
BOUNCE_WEBHOOK_SECRETS = env.secrets("BOUNCE_WEBHOOK_SECRETS")
# Reports of a mail provider, verified and translated by Anymail.
ANYMAIL = {
    "WEBHOOK_SECRET": env.basic_auth("ANYMAIL_WEBHOOK_SECRET"),
    # Not each provider takes an envelope sender or words of ours with a mail: then it goes without.
    "IGNORE_UNSUPPORTED_FEATURES": True,
    **_mail.get("ANYMAIL", {}),
}
if ANYMAIL["WEBHOOK_SECRET"] or "ANYMAIL" in _mail:
    INSTALLED_APPS.append("anymail")
DKIM_SELECTOR = env.label("DKIM_SELECTOR")
# Issues go out over this many connections a worker, to one mail server no faster than this; 0 is no limit.
NEWSLETTER_CONNECTIONS = env.number("NEWSLETTER_CONNECTIONS", default=4, low=1, high=50)
NEWSLETTER_RATE_SECOND = env.number("NEWSLETTER_RATE_SECOND", default=0, low=0, high=10_000)
NEWSLETTER_RATE_HOUR = env.number("NEWSLETTER_RATE_HOUR", default=0, low=0, high=10_000_000)
NEWSLETTER_RATE_DAY = env.number("NEWSLETTER_RATE_DAY", default=0, low=0, high=100_000_000)
# Suppressed addresses are known by a hash under this key only: with another key they are known no more.
SUPPRESSION_KEY = env.secret_key("SUPPRESSION_KEY", folder=DATA_DIR)
SUPPRESSION_KEY_IS_LOCAL = not env.text("SUPPRESSION_KEY")
# How a database that was restored or copied is told from the one that this machine sends for (newsletter.delivery).
INSTANCE_ID = env.text("INSTANCE_ID")
INSTANCE_FILE = DATA_DIR / "newsletter_instance"
# What the proof of a consent says of where the reader was: nothing, the network (/24, /48), or the whole address.
CONSENT_ORIGIN = env.choice("CONSENT_ORIGIN", default="network", among=("none", "network", "address"))
CONSENT_ORIGIN_DAYS = env.number("CONSENT_ORIGIN_DAYS", default=30, low=1, high=3650)
# Whether the worker asks the DNS if a domain takes mail, before the first mail to it.
CHECK_MAIL_DOMAINS = env.flag("CHECK_MAIL_DOMAINS", default=EMAIL_BACKEND.endswith("smtp.EmailBackend"))

# --- Who may come in --------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "newsportal.core.accounts.NewsroomAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
SESSION_COOKIE_HTTPONLY = True

# --- Headers ----------------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^newsletter/unsubscribe/", r"^newsletter/webhooks/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

# What readers' pages carry in themselves, so that nothing stands between a page and its first paint. The policy lets
# these pass (newsportal/core/static_files.py), and nothing else that stands in a page.
_SHEETS = ("site", "archive", "blocks", "coverage", "search", "story", "subscription", "titles")
FILES_IN_PAGES = [*(f"css/{name}.css" for name in _SHEETS), "js/early.js"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# The body editor injects one <style> of its own into the admin's pages; allowed by its hash, nothing else passes.
ADMIN_STYLE_HASHES = ["'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"]
# What the editor of stories has beyond text; sanitising is the server's own (newsportal/core/sanitising.py).
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy("js/body.js"), static_lazy("js/pasting.js")],
        "extensions": dict.fromkeys(("StoryBlocks", "Gallery", "CleanPaste"), html_tags([])),
    }
]
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "accelerometer", "gyroscope")
}

# --- The web server (newsportal/gunicorn_conf.py) ---------------------------------------------------------------------

BIND = env.ip_address("BIND", default="127.0.0.1")
SERVER = env.server("SERVER", default="gunicorn")
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", default=2 if CACHE_IS_SHARED else 1, low=1, high=64)
WEB_THREADS = env.number("WEB_THREADS", default=4 if CACHE_IS_SHARED else 8, low=1, high=64)
if WEB_CONCURRENCY > 1 and not CACHE_IS_SHARED:
    raise ImproperlyConfigured(
        f"WEB_CONCURRENCY is “{WEB_CONCURRENCY}”, and without CACHE_URL each process would count login tries and keep "
        "pages by itself: set CACHE_URL=redis://host:6379/0 too, or leave WEB_CONCURRENCY unset."
    )

if SERVER == "granian" and not CACHE_IS_SHARED:
    raise ImproperlyConfigured(
        "SERVER is “granian”, which files no counts that are kept in a process: set CACHE_URL=redis://host:6379/0 too, "
        "or leave SERVER unset."
    )

# --- The page cache in front of Django (newsportal/core/page_cache) ---------------------------------------------------

PAGE_CACHE = env.flag("PAGE_CACHE", default=not DEBUG)
# Megabytes in each web process.
PAGE_CACHE_MEMORY = env.number("PAGE_CACHE_MEMORY", default=24, low=1, high=4096)
# The caches in front that are told what has changed (newsportal/core/page_cache/edge.py).
PURGE_URL = env.caches_in_front("PURGE_URL")

# --- Logs -------------------------------------------------------------------------------------------------------------

LOGGING_CONFIG = "newsportal.core.logs.configure"
LOGGING = logging_config(
    level=env.choice("LOG_LEVEL", default="INFO", among=("DEBUG", "INFO", "WARNING", "ERROR")),
    style=env.choice("LOG_FORMAT", default="json", among=("json", "console")),
)
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
SILENCED_SYSTEM_CHECKS: list[str] = []
