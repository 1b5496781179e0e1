"""The smallest site with live pages: what the benchmarks measure. Also a Django settings module."""

from __future__ import annotations

import os
from typing import Any

SECRET_KEY = "benchmarks only"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
ROOT_URLCONF = "benchmarks.urls"
INSTALLED_APPS = [
    "daphne",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "liveactions",
]
MIDDLEWARE: list[str] = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
LIVEACTIONS = {
    "REDIS_URL": os.environ.get("REDIS_URL", ""),
    "CHECKPOINT": os.environ.get("CHECKPOINT", "0") == "1",
    "RATE_BURST": 1_000_000,
    "RATE_PER_SECOND": 1_000_000.0,
    "HEARTBEAT": 600.0,
    "METRICS": "local",
}


def channel_layer(backend: str, **config: Any) -> dict[str, Any]:
    """A layer on the Redis that there is; without one, in memory."""
    address = os.environ.get("REDIS_URL")
    if not address:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    hosts = [{"address": address, "socket_timeout": None}]
    return {"BACKEND": f"channels_redis.{backend}", "CONFIG": {"hosts": hosts, **config}}


CHANNEL_LAYERS = {
    "default": channel_layer("pubsub.RedisPubSubChannelLayer"),
    # Else it loses what a benchmark sends: a burst of more than a hundred messages.
    "core": channel_layer("core.RedisChannelLayer", capacity=1_000_000),
}
