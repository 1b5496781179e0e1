"""Settings of the test site; from the environment: ``SITE_DEBUG=1``, ``SITE_SECRET``, ``SITE_HEARTBEAT`` …"""

from __future__ import annotations

import os

from tests.documents import ROOT

DEBUG = os.environ.get("SITE_DEBUG") == "1"
SECRET_KEY = os.environ.get("SITE_SECRET", "tests only")  # not a secret: nothing outside this process trusts it
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.browser.site.urls"
USE_TZ = True

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "liveactions",
    "liveactions.contrib.windows",
    "tests.browser.site",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # there is nothing to keep: no database
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
STATIC_URL = "/static/"
STATICFILES_DIRS = [("alpine", ROOT / "liveactions" / "js" / "node_modules" / "alpinejs" / "dist")]
LIVEACTIONS = {
    "HEARTBEAT": float(os.environ.get("SITE_HEARTBEAT", "10")),
    "RESUME_WINDOW": float(os.environ.get("SITE_WINDOW", "60")),
    "METRICS": os.environ.get("SITE_METRICS", ""),
}
