"""Settings of the till. From the environment: ``TILL_DATABASE`` (a file, or ``postgresql://…``), ``TILL_FOLDER``."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from tests.site_settings import *

ROOT_URLCONF = "tests.crashes.till.urls"
ASGI_APPLICATION = "tests.crashes.till.asgi.application"  # which crashes when it is told to
INSTALLED_APPS += ["liveactions.contrib.records", "tests.crashes.till"]
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
