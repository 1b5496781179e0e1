"""Django as the tests see it: everything in one process, a throw-away database, nothing slow."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

SECRET_KEY = "tests only"  # not a secret: nothing outside this process trusts it
DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
USE_TZ = True

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "liveactions",
    "liveactions.contrib.mail",
    "liveactions.contrib.reports",
    "liveactions.contrib.windows",
    "sample_site.desk",
    "sample_site.notices",
    "sample_site.subclassing",
    "sample_site.gallery",
    "sample_site.archive",
    "sample_site.office",
    "liveactions.contrib.records",
    "tests.contrib.records.shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "liveactions.fallback.LiveForms",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
# The test database is a file: sync actions run in threads, and SQLite in memory locks whole tables between threads.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {"timeout": 20},
        "TEST": {"NAME": str(Path(tempfile.gettempdir()) / f"liveactions-tests-{os.getpid()}.sqlite3")},
    }
}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}  # since Django 6.1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # signing in must not cost 0.3 s a test
STATIC_URL = "static/"
ASGI_APPLICATION = "tests.asgi.application"
ROOT_URLCONF = "tests.urls"
