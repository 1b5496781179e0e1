"""Settings of a site of several processes, which meet in the Redis of ``REDIS_URL``."""

from __future__ import annotations

from tests.operations.site.settings import *  # noqa: F403  # the same site with other components

ROOT_URLCONF = "tests.sharing.site.urls"
INSTALLED_APPS = [
    app if app != "tests.operations.site" else "tests.sharing.site"
    for app in INSTALLED_APPS  # noqa: F405
]
LIVEACTIONS = {"METRICS": "local", "HEARTBEAT": 60.0, "LOG_LENGTH": 50}
