"""Settings of the test site; from the environment: ``SITE_DEBUG=1``, ``SITE_SECRET``, ``SITE_HEARTBEAT`` …"""

from __future__ import annotations

import os

from tests.documents import ROOT
from tests.site_settings import *

DEBUG = os.environ.get("SITE_DEBUG") == "1"
SECRET_KEY = os.environ.get("SITE_SECRET", SECRET_KEY)
ROOT_URLCONF = "tests.browser.site.urls"
INSTALLED_APPS += ["liveactions.contrib.windows", "tests.browser.site"]
STATICFILES_DIRS = [("alpine", ROOT / "liveactions" / "js" / "node_modules" / "alpinejs" / "dist")]
LIVEACTIONS = {
    "HEARTBEAT": float(os.environ.get("SITE_HEARTBEAT", "10")),
    "RESUME_WINDOW": float(os.environ.get("SITE_WINDOW", "60")),
    "METRICS": os.environ.get("SITE_METRICS", ""),
}
