"""Settings of the office; from the environment: ``OFFICE_DATABASE``."""

from __future__ import annotations

import os

from tests.site_settings import *

ROOT_URLCONF = "tests.browser.office.urls"
INSTALLED_APPS += ["liveactions.contrib.records", "liveactions.contrib.windows", "tests.contrib.records.shop"]
MIDDLEWARE += ["tests.browser.office.urls.policy"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
DATABASES["default"]["NAME"] = os.environ.get("OFFICE_DATABASE", ":memory:")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
