"""Settings of the site; its processes meet in the Redis of ``REDIS_URL`` and in the folder ``FAULTS_FOLDER``.

``FAULTS_PLANTED`` names something to be broken on purpose (``tests/faults/site/planted.py``), ``FAULTS_VERSION`` which
version of the code runs, ``FAULTS_PRESENCE=1`` that pages see who is there, ``FAULTS_DOORBELL`` a Redis for the channel
layer, ``FAULTS_CLOCK`` the file that says how wrong the clock is, and ``FAULTS_SETTINGS`` are further ``LIVEACTIONS``,
as JSON.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import django

from tests.faults.site.clock import skew
from tests.site_settings import *

FAULTS_FOLDER = Path(os.environ["FAULTS_FOLDER"])
FAULTS_PLANTED = os.environ.get("FAULTS_PLANTED", "")
FAULTS_PRESENCE = os.environ.get("FAULTS_PRESENCE") == "1"
FAULTS_VERSION = int(os.environ.get("FAULTS_VERSION", "1"))

if "FAULTS_CLOCK" in os.environ:
    skew(Path(os.environ["FAULTS_CLOCK"]))

ROOT_URLCONF = "tests.faults.site.urls"
ASGI_APPLICATION = "tests.faults.site.asgi.application"
INSTALLED_APPS += ["tests.faults.site"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # what is read of it is counted
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

# Readers do not wait for the writer, and a writer waits for its turn.
SQLITE_OPTIONS: dict[str, Any] = {"timeout": 20}
if django.VERSION >= (5, 1):
    start = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"
    SQLITE_OPTIONS |= {"transaction_mode": "IMMEDIATE", "init_command": start}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FAULTS_FOLDER / "effects.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
    }
}

if doorbell := os.environ.get("FAULTS_DOORBELL"):
    hosts = [{"address": doorbell, "socket_timeout": None}]
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": hosts}}
    }

LIVEACTIONS = {
    "REDIS_URL": os.environ.get("REDIS_URL", ""),
    "HEARTBEAT": 2.0,
    "RATE_BURST": 10_000,
    "RATE_PER_SECOND": 10_000.0,
    **json.loads(os.environ.get("FAULTS_SETTINGS", "{}")),
}
