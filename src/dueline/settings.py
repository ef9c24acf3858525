"""Django settings. Values come from the environment; see .env.example."""

from pathlib import Path

from dueline import environment

PACKAGE = Path(__file__).resolve().parent
PROJECT = PACKAGE.parent.parent

DEBUG = environment.flag("DUELINE_DEBUG", default=False)
SECRET_KEY = environment.text("DUELINE_SECRET_KEY", "set-by-the-accounts-engineer")
ALLOWED_HOSTS = environment.text("DUELINE_ALLOWED_HOSTS", "127.0.0.1 localhost [::1]").split()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "dueline.accounts",
    "dueline.payers",
    "dueline.ledger",
    "dueline.worklist",
    "dueline.calls",
    "dueline.intake",
    "dueline.reports",
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
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "dueline.urls"
WSGI_APPLICATION = "dueline.wsgi.application"
STATIC_URL = "/static/"
STATIC_ROOT = environment.home() / "static"
STATICFILES_DIRS = [p for p in [PROJECT / "build" / "static"] if p.is_dir()]
