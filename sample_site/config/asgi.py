"""The desk as an ASGI application: ``daphne sample_site.config.asgi:application``."""

from __future__ import annotations

import os

from liveactions.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sample_site.config.settings")

application = get_asgi_application()
