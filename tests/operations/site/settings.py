"""Settings of a site of several processes, which meet in the Redis of ``REDIS_URL``."""

from __future__ import annotations

import os

from tests.site_settings import *

DEBUG = True  # static files are served
ROOT_URLCONF = "tests.operations.site.urls"
INSTALLED_APPS += ["tests.operations.site"]
LIVEACTIONS = {
    "PRESENCE_LEASE": 1.0,
    "ORIGINS": ["http://balancer.test"],
    "SOCKET_AGE": float(os.environ.get("SITE_SOCKET_AGE", "3600")),
    "LOG_LENGTH": 2000,
    "METRICS": "local",
    "HEARTBEAT": 1.0,
    "WINDOW": int(os.environ.get("SITE_WINDOW", "262144")),
    "DRAIN_SPREAD": 1.0,
    "DRAIN_DELAY": float(os.environ.get("SITE_NOTICE", "0")),
    "DRAIN_TIMEOUT": float(os.environ.get("SITE_PATIENCE", "10")),
}
