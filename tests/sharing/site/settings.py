"""Settings of a site of two processes that show the same shared components; they meet in the Redis of ``REDIS_URL``."""

from __future__ import annotations

from tests.site_settings import *

ROOT_URLCONF = "tests.sharing.site.urls"
INSTALLED_APPS += ["tests.sharing.site"]
LIVEACTIONS = {"METRICS": "local", "HEARTBEAT": 60.0, "LOG_LENGTH": 50}
