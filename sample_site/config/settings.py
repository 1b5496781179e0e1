"""Settings of the desk. What a deployment may want to change comes from the environment:

=================  ===========================================  =================================
``DESK_DATABASE``  where the SQLite file is                     ``sample_site/desk.sqlite3``
``DESK_DEBUG``     ``0`` turns Django's DEBUG off               ``1``
``DESK_SECRET``    the secret key                               one for the demo only
``DESK_HOSTS``     more host names, with commas between         none
``DESK_OUTBOX``    the folder that mail is written into         ``sample_site/outbox``
``DESK_SMTP``      ``host:port`` of a server that sends it      none: it is written into the folder
``REDIS_URL``      a Redis, for more than one server process    none: everything in this process
=================  ===========================================  =================================
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DESK_DEBUG", "1") == "1"
SECRET_KEY = os.environ.get("DESK_SECRET", "the-desk-is-a-demo-and-this-key-protects-nothing-real")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", *filter(None, os.environ.get("DESK_HOSTS", "").split(","))]

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "liveactions",
    "liveactions.contrib.windows",
    "liveactions.contrib.records",
    "liveactions.contrib.reports",
    "liveactions.contrib.mail",
    "sample_site.desk",
    "sample_site.notices",
    "sample_site.subclassing",
    "sample_site.gallery",
    "sample_site.archive",
    "sample_site.office",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sample_site.config.security.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "liveactions.fallback.LiveForms",
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
            ],
        },
    }
]

ROOT_URLCONF = "sample_site.config.urls"
ASGI_APPLICATION = "sample_site.config.asgi.application"

LIVEACTIONS = {"REDIS_URL": os.environ.get("REDIS_URL", "")}

# Several processes share one file: readers do not wait for the writer (WAL), a writer waits for its turn, and a
# transaction takes its turn when it begins. Before Django 5.1 the app `desk` runs SQLITE_START by itself, and a
# transaction takes its turn at its first write.
SQLITE_START = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"
SQLITE_OPTIONS: dict[str, Any] = {"timeout": 20}
if django.VERSION >= (5, 1):
    SQLITE_OPTIONS |= {"transaction_mode": "IMMEDIATE", "init_command": SQLITE_START}

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DESK_DATABASE") or BASE_DIR / "desk.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "sign_in"

# Mail leaves this machine only if somebody names a server for it.
SMTP_HOST, _, SMTP_PORT = os.environ.get("DESK_SMTP", "").partition(":")
MAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SMTP_HOST else 'filebased'}.EmailBackend"
OUTBOX = os.environ.get("DESK_OUTBOX") or BASE_DIR / "outbox"
if django.VERSION >= (6, 1):
    TO_SMTP = {"host": SMTP_HOST, "port": int(SMTP_PORT or 25)}
    MAILERS = {"default": {"BACKEND": MAIL_BACKEND, "OPTIONS": TO_SMTP if SMTP_HOST else {"file_path": OUTBOX}}}
else:
    EMAIL_BACKEND, EMAIL_FILE_PATH = MAIL_BACKEND, OUTBOX
    EMAIL_HOST, EMAIL_PORT = SMTP_HOST, int(SMTP_PORT or 25)
DEFAULT_FROM_EMAIL = "The desk <office@desk.example>"

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "sample_site.config.formats"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_root"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        name: {"handlers": ["console"], "level": "INFO", "propagate": False} for name in ("liveactions", "sample_site")
    },
}
