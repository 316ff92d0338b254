"""What every way of running the product has in common, grouped by subject."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.templatetags.static import static

from config import languages
from config.settings import env, keep

BASE_DIR = Path(__file__).resolve().parent.parent.parent
languages.register()
env.read_file()

# --- who we are -----------------------------------------------------------------------------------
DEBUG = False
ALLOWED_HOSTS = env.words("NJIA_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("NJIA_ORIGINS")
PROXIES = env.networks("NJIA_PROXIES")  # whose X-Forwarded-For is believed
DATA = env.folder("NJIA_DATA", BASE_DIR / ".data")  # editions, journal, keys, embedded servers
GATEWAYS_FILE = env.file("NJIA_GATEWAYS")  # TOML; empty: one simulated gateway named "sim"
EXPORTS_FILE = env.file(
    "NJIA_EXPORTS"
)  # TOML: who reports, and what its numbers are called elsewhere
KEYS_FILE = env.folder("NJIA_KEYS", DATA / "keys.toml")  # token, suppression and seal keys
PORT, NETWORK_PORT = env.ports()  # the pages', the simulated phone network's
KEEP = keep.KEEP  # how long what may say something of a person is kept
RESUME_TOPPED_UP = env.flag(
    "NJIA_RESUME_TOPPED_UP"
)  # blasts go on once their account is filled again
SELF_APPROVAL = env.flag("NJIA_SELF_APPROVAL")  # one person may plan and approve; always logged

# --- parts ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "axes",
    "allauth",
    "allauth.account",  # for allauth.mfa alone: no page of it is reachable
    "allauth.mfa",
    "csp",
    "config.backups",
    "journal",
    "analytics",
    "people",
    "campaigns",
    "ussd",
    "bot",
    "operations",
    "demonstration",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "people.api.answering",
    "csp.middleware.CSPMiddleware",
    "config.policy.administration",
    "config.policy.readable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.api.Badges",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.policy.second_step",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.policy.audited",
    "config.policy.attended",
]
ROOT_URLCONF = "config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.context.page",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- staff ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_ENGINE = "people.sessions"  # knows whose a session is
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
MFA_ADAPTER = "people.second.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Njia Salama"
ACCOUNT_EMAIL_VERIFICATION = "none"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False  # no greeting in each process
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_DISABLE_ACCESS_LOG = True  # who signed in when is not kept beyond Django's last_login

# --- languages, time ------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = languages.LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locales"]
# questions by other hands than the phrasings, one file a language; where there is none, phrasings are left out
QUESTIONS = BASE_DIR / "tests" / "bench" / "questions" / "test"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Africa/Nairobi"  # bounds of reporting periods (D8); stored in UTC

# --- files ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "people.uploads.NamelessUploadHandler",
]
STATIC_ROOT: Path | None = env.folder("NJIA_STATIC", DATA / "static")
WHITENOISE_USE_FINDERS = True

# --- the browser: nothing from elsewhere, no inline script without a nonce ---------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
CHAT_SITES = env.sites("NJIA_CHAT_SITES")  # that may show the public chat inside their pages
SECURE_REFERRER_POLICY = "same-origin"

# --- the administration -----------------------------------------------------------------------------
# known places are tried by machines: production refuses to start with this one
DEFAULT_ADMIN_PATH = "admin/"
ADMIN_PATH = env.place("NJIA_ADMIN_PATH", DEFAULT_ADMIN_PATH)
UNFOLD = {
    "SITE_TITLE": "Njia Salama",
    "SITE_HEADER": "Njia Salama",
    "SITE_SYMBOL": "alt_route",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("njia/path.svg")}
    ],
    "STYLES": [lambda _request: static("njia/administration.css")],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "THEME": "light",
    "COLORS": {
        "primary": {
            "50": "#eef4f3",
            "100": "#dcebe9",
            "200": "#b9d6d2",
            "300": "#8dbbb4",
            "400": "#4f958b",
            "500": "#2a8479",
            "600": "#0b5f57",
            "700": "#084841",
            "800": "#063832",
            "900": "#052b27",
            "950": "#021714",
        }
    },
}

# --- work -----------------------------------------------------------------------------------------
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # the database is the truth: a lost message is a delay (D7)
CELERY_TASK_DEFAULT_QUEUE = "now"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# concerns late acknowledgement, which no task has; said here it is not warned of at each lost connection
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}

# --- mail to staff: what expires; none without a host ------------------------------------------------
EMAIL_HOST = env.text("NJIA_MAIL_HOST")
EMAIL_PORT = env.number("NJIA_MAIL_PORT", 587)
EMAIL_HOST_USER = env.text("NJIA_MAIL_NAME")
EMAIL_HOST_PASSWORD = env.text("NJIA_MAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("NJIA_MAIL_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("NJIA_MAIL_FROM", "njia@localhost")

# --- what watches -----------------------------------------------------------------------------------
METRICS_TOKEN = env.text("NJIA_METRICS_TOKEN")  # "": /metrics answers this machine alone

# --- words to the operator --------------------------------------------------------------------------
LOG = env.log_form("plain")
LOG_LEVEL = env.choice("NJIA_LOG_LEVEL", "INFO", "DEBUG", "WARNING", "ERROR")
LOGGING_CONFIG = "config.logs.configure"
DEFAULT_EXCEPTION_REPORTER = "config.faults.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.faults.Hidden"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"brief": {"()": "config.logs.Brief"}},
    "formatters": {
        "plain": {
            "()": "config.logs.Masked",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "json": {"()": "config.lines.Lines"},
    },
    "handlers": {
        "console": {"class": "config.logs.Console", "filters": ["brief"], "formatter": LOG}
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # beat wakes several tasks a second: that they were sent, taken and done is no news
    # Django's own handlers know no masks: its console while DEBUG is on, its mails to administrators
    "loggers": {
        "celery": {"level": "WARNING"},
        "django": {"handlers": [], "level": "INFO"},
        "urllib3": {
            "level": "WARNING"
        },  # names addresses, and a gateway's may hold text and number
    },
}
