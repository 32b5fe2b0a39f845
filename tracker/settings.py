"""Every setting, in fixed sections. What differs between machines comes from the environment (see .env.example)."""

from pathlib import Path
from typing import Any

from tracker import browsing, databases, env, logins, logs, openapi, secrets, sight, single_sign_on, theme

BASE_DIR = Path(__file__).resolve().parent.parent

# ---------------------------------------------------------------------------------------------------------------------
# Where things are kept, and which of two lives this is
# ---------------------------------------------------------------------------------------------------------------------

#: Everything that a run without servers stores: the database, the broker's folder, mail, logs and the secret key.
TRACKER_HOME = env.folder("TRACKER_HOME", BASE_DIR / "var")
#: The columnar copy of the facts on this host, which may be deleted at any time.
MIRROR_FOLDER = TRACKER_HOME / "mirror"

#: Drawn charts and the library that makes them live, which may be deleted at any time.
CHART_FOLDER = TRACKER_HOME / "charts"
#: What the processes of this host count, for /metrics.
METRICS_FOLDER = sight.metrics_folder(TRACKER_HOME)

#: Imported files, by the hash of their content; and the largest one that is accepted, in bytes.
IMPORT_FOLDER = env.folder("IMPORT_FOLDER", TRACKER_HOME / "imports")
IMPORT_MAX_BYTES = env.number("IMPORT_MAX_BYTES", 2_000_000_000, low=1_000, high=2**40)
#: So many days after its last import ended, an imported file is deleted by the task `forget_files`. 0: never.
IMPORT_KEEP_DAYS = env.number("IMPORT_KEEP_DAYS", 0, high=100_000)
#: Where the task `take_rates` takes newer reference rates of the ECB from: a path, or an address. Empty: from nowhere.
ECB_RATES = env.place("ECB_RATES")
#: Archived copies of documents, by the hash of their content; and the largest one that is accepted, in bytes.
DOCUMENT_FOLDER = env.folder("DOCUMENT_FOLDER", TRACKER_HOME / "documents")
DOCUMENT_MAX_BYTES = env.number("DOCUMENT_MAX_BYTES", 100_000_000, low=1_000, high=2**40)
#: From which similarity of their names (percent of runs of three letters) two organizations may be one; 100: none.
IMPORT_SIMILAR_PERCENT = env.number("IMPORT_SIMILAR_PERCENT", 70, low=50, high=100)
#: How long looking for the contracts that an assignment rule fits may take.
ASSIGNMENT_SECONDS = env.number("ASSIGNMENT_SECONDS", 60, low=1, high=3600)

#: Where full exports are written each night; without a folder there are none. How many of them are kept, and what their
#: manifests say about the use of the data.
EXPORT_FOLDER = env.folder_if_set("EXPORT_FOLDER")
EXPORT_KEEP = env.number("EXPORT_KEEP", 7, low=1, high=10_000)
EXPORT_LICENCE = env.text("EXPORT_LICENCE")
EXPORT_ATTRIBUTION = env.text("EXPORT_ATTRIBUTION")

#: The currency of the front page's sums where a reader names none; empty: that of most contracts that are shown.
REPORTING_CURRENCY = env.pattern("REPORTING_CURRENCY", "[A-Z]{3}", "an ISO 4217 code in capitals, as JPY")
#: Whom readers write to about the data: an address of mail, or of a page. Empty: pages say that none is given.
CONTACT = env.text("CONTACT")

#: Uploads are written here first: the folder of temporary files may be in memory.
FILE_UPLOAD_TEMP_DIR = str(TRACKER_HOME) if TRACKER_HOME.is_dir() else None
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "procurement.common.uploads.Uploads",
]

#: With DATABASE_URL this is a real service, which has no insecure defaults.
DATABASE_URL = env.text("DATABASE_URL")
IN_EARNEST = bool(DATABASE_URL)

DEBUG = env.flag("DEBUG", default=False)
PORT = env.number("PORT", 8000, low=1, high=65535)
HOST = env.text("HOST", "127.0.0.1")

# ---------------------------------------------------------------------------------------------------------------------
# Security
# ---------------------------------------------------------------------------------------------------------------------

SECRET_KEY = secrets.given_key() if IN_EARNEST else secrets.kept_key(TRACKER_HOME)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", () if IN_EARNEST else ("localhost", "127.0.0.1", "[::1]", HOST))
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

#: "proxy": TLS ends at a proxy in front, which sets X-Forwarded-Proto and drops a client's. "off": plain HTTP.
HTTPS = env.choice("HTTPS", "proxy" if IN_EARNEST else "off", frozenset({"proxy", "off"})) == "proxy"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(livez|healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS and env.flag("HSTS_PRELOAD", default=False)  # hard to undo (hstspreload.org): if asked
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # which asks for it
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
#: Two copies on one host differ only by port, which cookies ignore: a login in one would end the login in the other.
SESSION_COOKIE_NAME = "sessionid" if IN_EARNEST else f"sessionid_{PORT}"
CSRF_COOKIE_NAME = "csrftoken" if IN_EARNEST else f"csrftoken_{PORT}"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT, LOGIN_REST_MINUTES = logins.FAILURES, logins.REST_MINUTES
TWO_FACTOR, SESSION_IDLE_MINUTES, SESSION_HOURS = logins.TWO_FACTOR, logins.IDLE_MINUTES, logins.HOURS
OIDC_ISSUER = single_sign_on.ISSUER
OIDC_NAME = single_sign_on.NAME
OIDC_ROLE_CLAIM = single_sign_on.ROLE_CLAIM
OIDC_ROLES = single_sign_on.ROLES
PASSWORD_LOGIN = single_sign_on.PASSWORD_LOGIN
OIDC_TWO_FACTOR = single_sign_on.TWO_FACTOR
globals().update(logins.SETTINGS | single_sign_on.SETTINGS)

#: Whether the API and the public pages answer without a token.
ANONYMOUS_READ = env.flag("ANONYMOUS_READ", default=not IN_EARNEST)
#: The origins whose pages may read the API in a browser, such as https://news.example.org; * for all. They read as
#: anybody may without a token: neither tokens nor logins are accepted from them.
CORS_ORIGINS = env.words("CORS_ORIGINS")
CORS_ALLOW_ALL_ORIGINS = "*" in CORS_ORIGINS
CORS_ALLOWED_ORIGINS = [origin for origin in CORS_ORIGINS if origin != "*"]
CORS_ALLOW_CREDENTIALS = False
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "if-none-match", "x-request-id"]
CORS_EXPOSE_HEADERS = [
    "Content-Disposition", "ETag", "Last-Modified", "Link", "Retry-After", "X-Horizon", "X-Request-Id", "X-Undated",
]  # fmt: skip
CORS_PREFLIGHT_MAX_AGE = 3600
CONTENT_SECURITY_POLICY = browsing.POLICY
PERMISSIONS_POLICY = browsing.PERMISSIONS
#: What Prometheus sends as its bearer token for /metrics; without it there is no such address.
METRICS_TOKEN = env.text("METRICS_TOKEN")
#: Whether a status change that stops a program waits for the approval of a second person (docs/running.md).
STOPS_NEED_APPROVAL = env.flag("STOPS_NEED_APPROVAL", default=False)
#: The largest body of a request that is not a file upload.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
#: The page of a column mapping has some ten fields for each column of a list.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# ---------------------------------------------------------------------------------------------------------------------
# Application
# ---------------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",  # before the admin, whose templates it replaces
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "axes",
    *logins.APPS,
    *single_sign_on.APPS,
    "django_celery_beat",
    "pgtrigger",
    "pghistory",
    "procurement",
]

MIDDLEWARE = [
    "procurement.common.request_ids.request_ids",  # first: whatever answers, the answer names its request
    "tracker.watching.requests.watching",  # counts it
    "procurement.api.http.refusals.refusing_as_problems",  # early: it sees what the others refuse
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "tracker.browsing.allowing_by_address",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "procurement.api.http.middleware.Compressing",
    "procurement.api.http.middleware.limiting",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "procurement.api.http.refusals.in_one_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "procurement.access.auditing.audited",
    "procurement.access.sessions.prolonging",
    "procurement.access.second_factors.asking_for_factors",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "procurement.admin.kept_forms.keeping_forms",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "pghistory.middleware.HistoryMiddleware",  # last: it records the user of each change of a descriptive row
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # the admin's before the theme's, which they replace
        "DIRS": [BASE_DIR / "procurement" / "pages" / "templates", BASE_DIR / "procurement" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {
                "pages": "procurement.pages.templatetags.pages",
                "records": "procurement.pages.templatetags.records",
                "charts": "procurement.pages.templatetags.charts",
                "admin_records": "procurement.admin.records.tags",
            },
        },
    }
]

# ---------------------------------------------------------------------------------------------------------------------
# Database
# ---------------------------------------------------------------------------------------------------------------------

DATABASES: dict[str, Any] = databases.databases(TRACKER_HOME)
#: The same database as its owner, whom `migrate` needs and the service must not know.
DATABASE_OWNER_URL = env.text("DATABASE_OWNER_URL")

# ---------------------------------------------------------------------------------------------------------------------
# Queue: what is read with the prefix CELERY_ is Celery's own; queues and the beat table stand in celery.py
# ---------------------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://localhost")
BROKER_IS_FOLDER = CELERY_BROKER_URL.startswith("filesystem:")
#: Without a broker messages are files (spool.py). One folder is both in and out, so that producers and workers meet.
CELERY_BROKER_TRANSPORT = "tracker.local.spool:Transport" if BROKER_IS_FOLDER else None
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": str(TRACKER_HOME / "broker" / "messages"),
        "data_folder_out": str(TRACKER_HOME / "broker" / "messages"),
        "control_folder": str(TRACKER_HOME / "broker" / "control"),
        "polling_interval": 0.05,
    }
    if BROKER_IS_FOLDER
    # tasks of a killed worker return to the queue after this many seconds (Redis); beat repeats them sooner
    else {"visibility_timeout": 600}
)
#: Remote control would leave unread files in the folder.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = not BROKER_IS_FOLDER

# ---------------------------------------------------------------------------------------------------------------------
# API
# ---------------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "procurement.api.http.access.TokenAuthentication",  # first: its scheme is what a 401 names
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["procurement.api.http.access.MayReadOrAnalyse"],
    "DEFAULT_PARSER_CLASSES": ["procurement.api.http.parsing.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["procurement.api.http.rendering.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "procurement.api.http.rendering.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "procurement.api.http.openapi.Schema",
    "DEFAULT_METADATA_CLASS": "procurement.api.http.options.Options",
    "DEFAULT_THROTTLE_CLASSES": ["procurement.api.http.throttling.Spending"],
    "EXCEPTION_HANDLER": "procurement.api.http.problems.answer_problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
KNOX_TOKEN_MODEL = "procurement.AccessToken"
REST_KNOX = {"TOKEN_MODEL": KNOX_TOKEN_MODEL, "AUTH_HEADER_PREFIX": "Token"}

#: Limits by role, as "anonymous=10,reader=60" (0: none; roles that are not named keep the default). They hold for
#: reading with the API and the public pages; writing, the admin and workers are never stopped by them.
#: How many seconds one question may take: nobody may hold the database for long without saying who they are.
READ_SECONDS = env.by_role(
    "READ_SECONDS",
    {"anonymous": 10 if IN_EARNEST else 60, "reader": 30, "analyst": 60, "reviewer": 60, "administrator": 300},
)
#: How many rows one file may have: whoever reads more without a token takes pages, or a file of the nightly export.
READ_ROWS = env.by_role(
    "READ_ROWS", {"anonymous": 100_000, "reader": 2_000_000, "analyst": 0, "reviewer": 0, "administrator": 0}
)
#: How many units one token, or one address without a token, may spend a minute: a page of a list costs one, a file or
#: a question over all contracts 10 to 20. Without servers nobody else is there, and nothing is counted.
UNITS_PER_MINUTE = env.by_role(
    "UNITS_PER_MINUTE",
    {"anonymous": 300, "reader": 3_000, "analyst": 6_000, "reviewer": 6_000, "administrator": 12_000}
    if IN_EARNEST
    else dict.fromkeys(("anonymous", "reader", "analyst", "reviewer", "administrator"), 0),
)
#: Where they are counted for all processes: in the broker's Redis, else in a table of the database.
UNITS_STORE = CELERY_BROKER_URL if CELERY_BROKER_URL.startswith(("redis://", "rediss://")) else "table://"
#: How many proxies stand in front; each appends the address that it saw to X-Forwarded-For.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 1 if HTTPS else 0, high=10)
#: Of the twelve threads of a web process so many answer questions over many contracts, wait for that (and how many
#: seconds), and send files; the others stay free for single rows and pages.
QUESTIONS_AT_ONCE = env.number("QUESTIONS_AT_ONCE", 1, low=1, high=1_000)
QUESTIONS_WAITING = env.number("QUESTIONS_WAITING", 3, high=1_000)
QUESTIONS_WAIT_SECONDS = env.number("QUESTIONS_WAIT_SECONDS", 15, high=600)
FILES_AT_ONCE = env.number("FILES_AT_ONCE", 2, low=1, high=1_000)
#: The same of public pages and their pictures that are made anew.
PAGES_AT_ONCE = env.number("PAGES_AT_ONCE", 1, low=1, high=1_000)
PAGES_WAITING = env.number("PAGES_WAITING", 4, high=1_000)
PAGES_WAIT_SECONDS = env.number("PAGES_WAIT_SECONDS", 20, high=600)

#: The largest JSON body that the API reads, in bytes; a larger one is answered 413.
API_MAX_BODY = env.number("API_MAX_BODY", 1_000_000, low=10_000, high=100_000_000)

SPECTACULAR_SETTINGS = openapi.SETTINGS

# ---------------------------------------------------------------------------------------------------------------------
# Admin
# ---------------------------------------------------------------------------------------------------------------------

UNFOLD = theme.UNFOLD

# ---------------------------------------------------------------------------------------------------------------------
# Language and time
# ---------------------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語")]
FORMAT_MODULE_PATH = "tracker.formats"
#: What a user chose in the admin is kept for a year; nothing but the service reads it.
LANGUAGE_COOKIE_AGE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SECURE = 365 * 24 * 3600, True, HTTPS
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
#: The zone whose calendar day is "today" where a request does not say `as_of`.
TIME_ZONE = env.zone("TIME_ZONE", "UTC")

# ---------------------------------------------------------------------------------------------------------------------
# Static files
# ---------------------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env.folder("STATIC_ROOT", BASE_DIR / "static") if IN_EARNEST else None
#: Without servers, files are served from the packages; the image collects them once.
WHITENOISE_USE_FINDERS = not IN_EARNEST
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IN_EARNEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# ---------------------------------------------------------------------------------------------------------------------
# Mail
# ---------------------------------------------------------------------------------------------------------------------

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587, low=1, high=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_SECURITY = env.choice("EMAIL_SECURITY", "starttls", frozenset({"starttls", "tls", "none"}))
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20, low=1, high=300)
#: Without a mail server each message becomes a file.
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp" if EMAIL_HOST else "procurement.delivery.mailfolder"
) + ".EmailBackend"
EMAIL_FILE_PATH = TRACKER_HOME / "mail"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "tracker@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
#: Whether an e-mail address gets messages only after its reader said so (docs/running.md). Without a mail server no
#: message leaves this machine, and none waits.
VERIFY_ADDRESSES = env.flag("VERIFY_ADDRESSES", default=bool(EMAIL_HOST))
#: Whether mails have the charts of their programs, which a process beside the deliverer draws.
MAIL_CHARTS = env.flag("MAIL_CHARTS", default=True)
#: Hosts that webhooks and services by Apprise may lead to though their addresses are private; webhooks also by http.
WEBHOOK_HOSTS = env.words("WEBHOOK_HOSTS")
#: How many messages are handed to each of them at once; of any other host it is four.
WEBHOOK_HOSTS_AT_ONCE = env.number("WEBHOOK_HOSTS_AT_ONCE", 128, low=1, high=200)
#: The beginning of links in messages.
PUBLIC_URL = env.text("PUBLIC_URL", f"http://{HOST}:{PORT}").rstrip("/")

# ---------------------------------------------------------------------------------------------------------------------
# Open data (docs/formats/ocds.md)
# ---------------------------------------------------------------------------------------------------------------------

#: The prefix that Open Contracting Partnership registered for the publisher; ocids of our own begin with it.
OCDS_PREFIX = env.pattern("OCDS_PREFIX", "ocds-[a-z0-9]{6}", "the prefix that was registered for you, as ocds-a1b2c3")
OCDS_PUBLISHER = env.text("OCDS_PUBLISHER", "Defence-procurement tracker")
OCDS_PUBLISHER_URL = env.text("OCDS_PUBLISHER_URL")
OCDS_LICENSE = env.text("OCDS_LICENSE")
OCDS_POLICY = env.text("OCDS_POLICY")
#: The address at which you publish docs/ocds-extension/extension.json; packages name it.
OCDS_EXTENSION_URL = env.text("OCDS_EXTENSION_URL")

# ---------------------------------------------------------------------------------------------------------------------
# Logging: static events with fields, to stderr
# ---------------------------------------------------------------------------------------------------------------------

LOG_LEVEL, LOG_FORMAT = sight.LOG_LEVEL, sight.LOG_FORMAT
LOGGING = logs.configuration(LOG_LEVEL, LOG_FORMAT, sight.secrets(globals()))
