"""Django settings. Values come from the environment; see .env.example."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from dueline import environment

PACKAGE = Path(__file__).resolve().parent
PROJECT = PACKAGE.parent.parent

DEBUG = environment.flag("DUELINE_DEBUG", default=False)
SECRET_KEY = environment.secret_key()
IS_PUBLIC = environment.flag("DUELINE_PUBLIC", default=False)  # served over TLS to a network
ALLOWED_HOSTS = environment.text("DUELINE_ALLOWED_HOSTS", "127.0.0.1 localhost [::1]").split()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "dueline.accounts.apps.AdministrationConfig",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "dueline.accounts",
    "dueline.payers",
    "dueline.ledger",
    "dueline.sending",
    "dueline.worklist",
    "dueline.calls",
    "dueline.denials",
    "dueline.cases",
    "dueline.prevention",
    "dueline.underpayments",
    "dueline.corrections",
    "dueline.appeals",
    "dueline.status_requests",
    "dueline.write_offs",
    "dueline.intake",
    "dueline.exchange",
    "dueline.sheets",
    "dueline.reports",
    "dueline.api",
    "dueline.web",
]
DATABASES = {"default": environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "dueline.api.middleware.for_programs",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dueline.web.middleware.never_stored",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "web:home"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 60 * 60  # a shift and its overtime
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PUBLIC
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_PUBLIC else 0
SECURE_SSL_REDIRECT = IS_PUBLIC
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_PUBLIC else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        # ECharts sets styles through the DOM, which needs no exception; htmx's own style is switched off.
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dueline.web.frame.frame",
            ]
        },
    }
]
ROOT_URLCONF = "dueline.urls"
WSGI_APPLICATION = "dueline.wsgi.application"
STATIC_URL = "/static/"
STATICFILES_DIRS = [p for p in [PROJECT / "build" / "static"] if p.is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Programs: how many requests a token may make, and whether webhooks may go to addresses that are not public.
API_REQUESTS_A_MINUTE = environment.number(
    "DUELINE_API_REQUESTS_A_MINUTE", 600, least=1, most=1_000_000
)
WEBHOOKS_MAY_BE_LOCAL = environment.flag("DUELINE_WEBHOOKS_LOCAL", default=False)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # forms; files stream to disk
DATA_UPLOAD_MAX_NUMBER_FILES = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# What is logged says where and what kind, never the content of a request, a row or a file.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_content": {"()": "dueline.logs.WithoutContent"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["no_content"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "dueline": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
