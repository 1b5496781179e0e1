"""Settings of a site of several processes, which meet in the Redis of ``REDIS_URL``."""

from __future__ import annotations

import os

SECRET_KEY = "tests only"  # not a secret: nothing outside these processes trusts it
DEBUG = True  # static files are served
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.operations.site.urls"
USE_TZ = True

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "liveactions",
    "tests.operations.site",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # there is nothing to keep: no database
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
STATIC_URL = "/static/"
ASGI_APPLICATION = "tests.operations.site.asgi.application"

LIVEACTIONS = {
    "PRESENCE_LEASE": 1.0,
    "ORIGINS": ["http://balancer.test"],
    "SOCKET_AGE": float(os.environ.get("SITE_SOCKET_AGE", "3600")),
    "LOG_LENGTH": 2000,
    "METRICS": "local",
    "HEARTBEAT": 1.0,
    "WINDOW": int(os.environ.get("SITE_WINDOW", "262144")),
    "DRAIN_SPREAD": 1.0,
    "DRAIN_TIMEOUT": float(os.environ.get("SITE_PATIENCE", "10")),
}
