"""Settings of the portal, read from the environment (`.env.example` lists every name).

Production refuses to start half-configured: each missing value is named on one clear line. `DEBUG=1` or
`DEMO=1` fill the gaps with values that are good for trying out only.
"""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class Environment(environ.Env):
    """Reads the environment; what is no number where one is wanted stops the start with one clear line."""

    def get_value(self, var: str, *args: Any, **options: Any) -> Any:
        try:
            return super().get_value(var, *args, **options)
        except ValueError as fault:
            sys.exit(f"The portal cannot start.\n{var} cannot be read: {fault}")


BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
# `./run` leaves the addresses of its private servers there, so that `manage.py` finds the running portal.
if (DATA_DIR / "run.env").exists():
    env.read_env(DATA_DIR / "run.env")

# --- What must be said ------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
#: Whether the portal is only tried out: what is good enough for that would harm in production.
TRYING = DEBUG or DEMO

REQUIRED = {
    "DATABASE_URL": "where PostgreSQL is, for example postgres://user:password@host:5432/portal",
    "REDIS_URL": "where Redis or Valkey is, for example redis://host:6379/0",
    "SECRET_KEY": "50 random characters or more",
    "CODE_PEPPER": "the secret that tracking codes are hashed under, as key:secret[,older key:secret]",
    "ALLOWED_HOSTS": "the host names of the site, separated by commas",
    "PUBLIC_URL": "the address citizens use, for example https://feedback.example.ir",
}
#: What stands for a value that is not set: in production the mail server of the machine itself, and no SMS. Notices are
#: printed where the portal is tried out alone, as they would bring numbers and texts of citizens into the log.
ASSUMED = {"EMAIL_URL": "smtp://localhost:25", "SMS_BACKEND": "none"}
if TRYING:
    ASSUMED = {"EMAIL_URL": "consolemail://", "SMS_BACKEND": "console"}
#: Ways of e-mail (the scheme of EMAIL_URL) and of SMS (portal.channels), and those that are for trying out only.
MAIL_SERVERS = {"smtp", "smtps", "smtp+tls", "smtp+ssl"}
MAIL_TRIALS = {"consolemail", "memorymail", "dummymail"}
SMS_SENDERS, SMS_TRIALS = {"http", "file", "none"}, {"console", "locmem"}

#: Of the broker, whatever its kind; REDIS_URL is the name for the usual one.
BROKER_URL = env.str("BROKER_URL", default="") or env.str("REDIS_URL", default="")


def _said(name: str) -> str:
    return env.str(name, default="") or ASSUMED.get(name, "")


def _peppers(value: str) -> dict[int, bytes]:
    """Read `key:secret,key:secret`; the first is used for new codes, the others still open old ones.

    One secret alone, as whoever never rotated it writes it, has key 1.
    """
    if not {":", ","} & set(value):
        value = f"1:{value}"
    pairs = [part.partition(":")[::2] for part in value.split(",")]
    peppers = {int(key): secret.strip().encode() for key, secret in pairs}
    if len(peppers) < len(pairs) or any(len(secret) < 16 for _key, secret in pairs):
        raise ValueError
    return peppers


def _hours(value: str) -> tuple[time, time]:
    opens, closes = map(time.fromisoformat, value.split(","))
    if opens >= closes:
        raise ValueError
    return opens, closes


def _is_postgres(url: str) -> bool:
    told = env.db_url_config(url)
    return told["ENGINE"] == "django.db.backends.postgresql" and bool(told["NAME"])


def _is_mailer(url: str) -> bool:
    told = urlsplit(url)
    if told.scheme in MAIL_SERVERS:
        return bool(told.hostname) and told.port != 0
    return told.scheme == "filemail" or (TRYING and told.scheme in MAIL_TRIALS)


def _is_sms(backend: str) -> bool:
    return backend in SMS_SENDERS or (TRYING and backend in SMS_TRIALS)


#: What can be set and not be used: name → what reads it, or tells whether it will do; and how it must be.
SHAPES: dict[str, tuple[Callable[[str], object], str]] = {
    "DATABASE_URL": (_is_postgres, "must look like postgres://user:password@host:5432/portal"),
    "CODE_PEPPER": (
        _peppers,
        "must look like 1:secret or 2:new,1:old, with secrets of 16 characters or more and no key twice",
    ),
    "ALLOWED_HOSTS": (
        re.compile(r"\s*[^\s,]+\s*(,\s*[^\s,]+\s*)*").fullmatch,
        "must be names of hosts, separated by commas",
    ),
    "PUBLIC_URL": (
        re.compile(r"https?://[^\s/]+/*").fullmatch,
        "must look like https://feedback.example.ir",
    ),
    "OFFICE_HOURS": (_hours, "must look like 07:30,14:30"),
    "EMAIL_URL": (_is_mailer, "must look like smtp+tls://user:password@mail.example.ir:587"),
    "SMS_BACKEND": (_is_sms, "must be http, file or none"),
}


def _fits(reads: Callable[[str], object], value: str) -> bool:
    try:
        return bool(reads(value))
    except (ValueError, TypeError, ImproperlyConfigured):
        return False


def _faults() -> Iterator[str]:
    """Give a line for each value that is missing, and for each that cannot be used."""
    said = {"REDIS_URL"} if BROKER_URL else set()
    for name, meaning in REQUIRED.items():
        if name not in said and not _said(name):
            yield f"{name} is not set: {meaning}"
    for name, (reads, shape) in SHAPES.items():
        if (value := _said(name)) and not _fits(reads, value):
            yield f"{name} {shape}"
    if _said("SMS_BACKEND") == "http" and not _said("SMS_GATEWAY_URL"):
        yield "SMS_GATEWAY_URL is not set: SMS_BACKEND=http sends there"


if faults := list(_faults()):
    sys.exit("The portal cannot start.\n" + "\n".join(faults))

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = [name.strip() for name in env.list("ALLOWED_HOSTS")]
PUBLIC_URL = env.str("PUBLIC_URL").rstrip("/")
CODE_PEPPERS = _peppers(env.str("CODE_PEPPER"))

#: The phone of the service desk, named on every page; the directory has everybody's.
DESK_PHONE = env.str("DESK_PHONE", default="066-00000102" if DEMO else "")

# --- Apps and middleware ----------------------------------------------------------------------------------------

#: Whether this process is a worker or beat: they show no page, and do without the staff's pages in their memory.
IN_BACKGROUND = "celery" in Path(sys.argv[0]).parts
#: Whether it is the web server, in which somebody waits for every answer.
IS_WEB = "gunicorn" in Path(sys.argv[0]).parts

INSTALLED_APPS = [
    "portal",
    "portal.outbox",
    "directory",
    "routing",
    "feedback",
    "surveys",
    "crispy_forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "portal.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.middleware.RequestNumber",
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.CompressedPages",
    "portal.middleware.PrivacyHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.AddressLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.StaffLanguage",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.SessionLimits",
    "portal.middleware.SecondFactor",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "portal.context.site",
            ],
            "builtins": [
                "portal.templatetags.persian",
                "portal.templatetags.words",
                "portal.templatetags.addresses",
                "django.templatetags.static",
            ],
        },
    },
]
CRISPY_TEMPLATE_PACK = "portal"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("portal",)
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# --- Database, cache, outbox ------------------------------------------------------------------------------------

#: Seconds for a new connection, and bounds on a network that went away (milliseconds for what it did not take, seconds
#: for what it does not say): without them a silent database holds a process for ever. Unix sockets know the first only.
PATIENCE = {
    "connect_timeout": 5,
    "tcp_user_timeout": 30_000,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
#: What no visitor waits for; migrations, workers and backups take the time they need.
ANSWER_BOUND = "-c statement_timeout=30s" if IS_WEB else ""


def _bounded(told: dict[str, Any], *, fixed: str = "") -> dict[str, Any]:
    """Return Django's words for a database with bounds on every wait; what its address says of them wins.

    `fixed` are options of the server that win over the address.
    """
    given = told.get("OPTIONS", {})
    options = " ".join(filter(None, (ANSWER_BOUND, given.get("options"), fixed)))
    return told | {"OPTIONS": PATIENCE | given | ({"options": options} if options else {})}


DATABASES = {"default": _bounded(env.db_url("DATABASE_URL"))}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
#: A standby of the same database, from which reports are read; without one they read where everything is.
REPLICA_DATABASE_URL = env.str("REPLICA_DATABASE_URL", default="")


def _replica(url: str) -> dict[str, Any]:
    """Return Django's words for the standby: it is not waited for long, and nothing can be written there."""
    told: dict[str, Any] = env.db_url_config(url) if _fits(_is_postgres, url) else {}
    if not told.get("HOST"):
        sys.exit("REPLICA_DATABASE_URL must look like postgres://user:password@standby:5432/portal")
    first = DATABASES["default"]
    if all(told.get(name) == first.get(name) for name in ("HOST", "PORT", "NAME")):
        sys.exit(
            "REPLICA_DATABASE_URL names the database of DATABASE_URL: leave it empty where there is no standby"
        )
    told = _bounded(told, fixed="-c default_transaction_read_only=on")
    told["OPTIONS"]["connect_timeout"] = 3
    return told | {
        "CONN_MAX_AGE": first["CONN_MAX_AGE"],
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"MIRROR": "default"},
    }


if REPLICA_DATABASE_URL:
    DATABASES["replica"] = _replica(REPLICA_DATABASE_URL)
    DATABASE_ROUTERS = ["portal.ui.replica.ReportRouter"]

# Sign-in limits live in the default cache: it must not depend on Redis, or a broker outage locks staff out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "KEY_FUNCTION": "portal.caches.unreadable_key",
        # A full cache first drops what has expired, then a share of all the rest, limits among it: much fits in, and
        # little is dropped at a time.
        "OPTIONS": {"MAX_ENTRIES": 100_000, "CULL_FREQUENCY": 100},
    }
}

#: With sentinel:// only: the name under which the sentinels know the broker.
BROKER_MASTER = env.str("BROKER_MASTER", default="portal")
OUTBOX_FOLLOWS = env.str("OUTBOX_FOLLOWS", default="portal.wiring.FOLLOWS")
#: Attempts at one delivery before it is parked; the back-off doubles from the first to the longest (seconds).
OUTBOX_MAX_ATTEMPTS = env.int("OUTBOX_MAX_ATTEMPTS", default=30)
OUTBOX_BACKOFF = (env.int("OUTBOX_BACKOFF_FIRST", default=5), env.int("OUTBOX_BACKOFF_LONGEST", default=3600))
OUTBOX_KEEP_DAYS = env.int("OUTBOX_KEEP_DAYS", default=14)

# --- Backups ----------------------------------------------------------------------------------------------------

BACKUP_ROOT = Path(env.str("BACKUP_ROOT", default=str(DATA_DIR / "backups")))
#: Folder of pg_dump and pg_restore, when they are not on the path.
POSTGRES_BIN = env.str("POSTGRES_BIN", default="")

# --- Language, time, calendar -----------------------------------------------------------------------------------

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", _("Persian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tehran"
USE_THOUSAND_SEPARATOR = False
#: Hours in which members of staff are told what becomes late, by the clock in Tehran; a half day ends at noon.
OFFICE_HOURS = _hours(env.str("OFFICE_HOURS", default="") or "07:30,14:30")

# --- Sign-in of staff -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "portal.accounts.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_PREVENT_ENUMERATION = True
#: A house of some hundred people behind one address begins its day within minutes. What guesses is held by the limits
#: of failed sign-ins, which stay the library's: ten a minute from one address, five in five minutes to one name.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
#: Staff must have a second factor; off in the demo only.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR", default=not TRYING)
#: Sensitive steps (members, passwords, exports) ask for the password or the second factor once more, unless it was
#: given within so many seconds; off in the demo only.
STEP_UP_REQUIRED = env.bool("STEP_UP", default=SECOND_FACTOR_REQUIRED)
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("STEP_UP_SECONDS", default=600)
#: A staff session ends after so many seconds without a look at a page, and after so many in all.
STAFF_IDLE_SECONDS = env.int("STAFF_IDLE_SECONDS", default=30 * 60)
STAFF_SESSION_SECONDS = env.int("STAFF_SESSION_SECONDS", default=8 * 3600)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = TRYING
#: One step of 30 seconds before and after is good too: phones' clocks differ (RFC 6238, section 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = PUBLIC_URL.partition("//")[2]

# --- Static files, media ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "collected"
#: The optional font is fetched into the data folder at bootstrap, never committed.
FONT_DIR = DATA_DIR / "static"
FONT_AVAILABLE = (FONT_DIR / "fonts" / "font.css").exists()
STATICFILES_DIRS = [BASE_DIR / "static", *([FONT_DIR] if FONT_AVAILABLE else [])]
MANIFEST_STATIC = env.bool("MANIFEST_STATIC", default=not DEBUG)
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
#: Internal address under which the web server in front serves MEDIA_ROOT; empty: the portal sends files itself.
X_ACCEL = env.str("X_ACCEL", default="")
#: A private bucket of an S3-compatible store that keeps the files of cases instead of MEDIA_ROOT.
BUCKET_URL = env.str("BUCKET_URL", default="")


def _store(url: str) -> dict[str, Any]:
    """Return Django's words for the place of files: a folder, or https://key:secret@host[:port]/bucket[?region=…]."""
    if not url:
        return {"BACKEND": "portal.stores.Folder"}
    told = urlsplit(url)
    if told.scheme not in {"http", "https"} or not all((told.username, told.password, told.path.strip("/"))):
        sys.exit("BUCKET_URL must look like https://key:secret@s3.example.ir/bucket")
    if X_ACCEL:
        sys.exit("X_ACCEL lets a web server send files of a disk: leave it empty with BUCKET_URL")
    if not (find_spec("storages") and find_spec("boto3")):
        sys.exit(
            "BUCKET_URL needs more packages: pip install -r requirements/s3.txt -c requirements/constraints.txt"
        )
    options = {
        "access_key": unquote(told.username or ""),
        "secret_key": unquote(told.password or ""),
        "endpoint_url": f"{told.scheme}://{told.netloc.rpartition('@')[2]}",
        "bucket_name": told.path.strip("/"),
        "region_name": parse_qs(told.query).get("region", ["us-east-1"])[0],
    }
    return {"BACKEND": "portal.buckets.Bucket", "OPTIONS": options}


STORAGES = {
    "default": _store(BUCKET_URL),
    "staticfiles": {
        "BACKEND": (
            "portal.static_store.StaticStore"
            if MANIFEST_STATIC
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        ),
        # The web server in front sends them, as whatever account.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
# Without the collected files, each is looked for when it is asked for: nothing is gathered at a start.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not MANIFEST_STATIC
#: Where a virus scanner (clamd) listens: tcp://host:3310 or unix:///run/clamav/clamd.ctl; empty: there is none.
CLAMD_URL = env.str("CLAMD_URL", default="")
#: Of the files of cases: the portal's account alone reads them, or also its group where a web server in it sends them.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = (0o640, 0o750) if X_ACCEL else (0o600, 0o700)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- Notices ----------------------------------------------------------------------------------------------------

vars().update(env.email_url_config(_said("EMAIL_URL")))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="portal@example.ir")
SMS_BACKEND = _said("SMS_BACKEND")
SMS_FILE = env.str("SMS_FILE", default=str(DATA_DIR / "sms.log"))
SMS_GATEWAY = {
    "url": env.str("SMS_GATEWAY_URL", default=""),
    "method": env.str("SMS_GATEWAY_METHOD", default="POST"),
    "body": env.str("SMS_GATEWAY_BODY", default=""),
    "headers": env.dict("SMS_GATEWAY_HEADERS", default={}),
    "key": env.str("SMS_GATEWAY_KEY", default=""),
    "timeout": env.int("SMS_GATEWAY_TIMEOUT", default=10),
    # What its answer says when it took a message; the first group, if there is one, is its number of the message.
    "expect": env.str("SMS_GATEWAY_EXPECT", default=""),
}
#: The gateway reports at /sms/reports/<token>/ how far messages came; without a token there is no such page.
SMS_REPORTS = {
    "token": env.str("SMS_REPORTS_TOKEN", default=""),
    "id": env.str("SMS_REPORTS_ID", default="messageid"),
    "state": env.str("SMS_REPORTS_STATE", default="status"),
    "states": env.dict("SMS_REPORTS_STATES", default={}),
}
# Of digits, because those never reach a log (portal.logs).
if SMS_REPORTS["token"] and not re.fullmatch(r"[0-9]{32,}", SMS_REPORTS["token"]):
    sys.exit("SMS_REPORTS_TOKEN must be 32 digits or more")
if not {"delivered", "undelivered", "barred"}.issuperset(SMS_REPORTS["states"].values()):
    sys.exit("SMS_REPORTS_STATES must look like 10=delivered,11=undelivered,14=barred")

#: Whether whoever left a mobile and no e-mail is offered the survey by an SMS some hours after the answer, once.
SURVEY_SMS = env.bool("SURVEY_SMS", default=False)
#: E-mails that an officer gets within an hour one by one; further news is gathered in one.
NOTICES_AN_HOUR = env.int("NOTICES_AN_HOUR", default=6)

# --- Safety -----------------------------------------------------------------------------------------------------

HTTPS = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=HTTPS)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "__Host-staff" if HTTPS else "staff"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = STAFF_SESSION_SECONDS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
#: What a page may load and where its forms may go: everything is ours, and no script or style stands in a page itself.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'", "blob:"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

# --- Findings behind improvement actions ------------------------------------------------------------------------

#: Who measures findings that are not figures of a survey: kind → how many of how many in the days of a quarter.
FINDING_MEASURES = {"rule": "feedback.selectors.rule_share", "cluster": "feedback.selectors.such_cases"}

# --- Routing rules ----------------------------------------------------------------------------------------------

#: Whoever had a hand in a draft of the rules cannot publish it; off in the demo only.
RULES_NEED_TWO = env.bool("RULES_NEED_TWO", default=not TRYING)

# --- Answering --------------------------------------------------------------------------------------------------

#: Seconds for which pages may offer units, services and promised times without asking whether they changed.
REFERENCE_SECONDS = env.float("REFERENCE_SECONDS", default=2)
#: Seconds in which staff may take an answer back before the citizen reads it; 0 sends at once. Short in the demo.
UNDO_SECONDS = env.int("UNDO_SECONDS", default=2 if DEMO else 30)

# --- Limits of the product --------------------------------------------------------------------------------------

#: Seconds that the citizen's view of one case lasts after the last look (PRODUCT.md section 3).
CASE_SESSION_SECONDS = 20 * 60
#: Seconds between opening a form and sending it under which a plain question is asked.
FORM_MIN_SECONDS = env.int("FORM_MIN_SECONDS", default=3)
#: Seconds that an opened form stays valid.
FORM_MAX_SECONDS = 24 * 3600
#: Seconds that a file waits for the form it was chosen in, and bytes that may wait in all.
HELD_SECONDS = env.int("HELD_SECONDS", default=6 * 3600)
HELD_MOST_BYTES = env.int("HELD_MOST_BYTES", default=2 * 1024**3)
#: Wrong codes an hour, from one neighbourhood of addresses and in all, after which a plain question is asked.
WRONG_CODES_NEAR = env.int("WRONG_CODES_NEAR", default=5)
WRONG_CODES_ALL = env.int("WRONG_CODES_ALL", default=1000)

# --- Watching it ------------------------------------------------------------------------------------------------

#: Whoever sends this as a bearer token may read /metrics; without it there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
#: Where faults are reported to, stripped of everything personal (portal.reporting); nowhere unless set.
SENTRY_DSN = env.str("SENTRY_DSN", default="")

# --- Logs -------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "WARNING"},
        # The relay runs twice a second; its ticks would bury everything else.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
