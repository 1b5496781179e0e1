"""Settings of the till. From the environment: ``TILL_DATABASE`` (a file, or ``postgresql://…``), ``TILL_FOLDER``."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

SECRET_KEY = "tests only"  # not a secret: nothing outside this process trusts it
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.crashes.till.urls"
ASGI_APPLICATION = "tests.crashes.till.asgi.application"
USE_TZ = True
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "liveactions",
    "tests.crashes.till",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ORIGIN = "http://till.test"
"""Where the pages come from, whichever process they speak to."""
LIVEACTIONS = {"ORIGINS": [ORIGIN], "RATE_PER_SECOND": 1000.0}


def database(url: str) -> dict[str, Any]:
    if not url.startswith("postgresql:"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url, "OPTIONS": {"timeout": 20}}
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username,
        "HOST": parts.hostname,
        "PORT": parts.port,
    }


DATABASES = {"default": database(os.environ["TILL_DATABASE"])}
