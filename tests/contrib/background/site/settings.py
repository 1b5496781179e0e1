"""Settings of a site whose actions run in the background; its processes meet in the Redis of ``REDIS_URL``."""

from __future__ import annotations

from tests.site_settings import *

ROOT_URLCONF = "tests.contrib.background.site.urls"
INSTALLED_APPS += ["liveactions.contrib.reports", "tests.contrib.background.site"]
