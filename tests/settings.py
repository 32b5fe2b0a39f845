"""The service's settings in a home of this test run's own, on a database that need not survive a crash."""

import os
import tempfile

MADE_HOME = "TRACKER_TEST_HOME"

if MADE_HOME not in os.environ:  # the first process of the run; those of xdist inherit it
    os.environ[MADE_HOME] = tempfile.mkdtemp(prefix="tracker-test-")
os.environ["TRACKER_HOME"] = os.environ[MADE_HOME]

# each process counts by itself, or one would see what others count meanwhile
os.environ["PROMETHEUS_MULTIPROC_DIR"] = (
    f"{os.environ[MADE_HOME]}/metrics-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
)

# with DATABASE_URL the tests run on that server (its user must be a superuser); what they see of the web is the same
# and mails have charts where a test is about them: they take seconds
os.environ |= {"HTTPS": "off", "ANONYMOUS_READ": "1", "MAIL_CHARTS": "0"}

from tracker import settings  # noqa: E402  (reads TRACKER_HOME)

# nothing is counted but where a test is about that
settings.UNITS_PER_MINUTE = dict.fromkeys(settings.UNITS_PER_MINUTE, 0)
settings.READ_SECONDS = dict.fromkeys(settings.READ_SECONDS, 0)  # no test hangs on how fast a machine is
settings.UNITS_STORE = "memory://"
settings.FILES_AT_ONCE = 100  # a test may leave answers unread

globals().update({name: value for name, value in vars(settings).items() if name.isupper()})

DATABASES = settings.DATABASES
DATABASES["default"] |= DATABASES["default"].pop(
    "OWNER", {}
)  # the service's role is a test's to take (service_role.py)
DATABASES["default"].pop("SERVICE", None)
if not settings.IN_EARNEST:
    DATABASES["default"] |= {"DURABLE": False, "CONN_MAX_AGE": 0}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # else each test client lists all static files anew
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; no test is about passwords' strength
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = "memory://"
os.environ.pop("CELERY_BROKER_URL", None)  # which Celery would prefer
CELERY_BROKER_TRANSPORT = None
