from __future__ import annotations

import os

from liveactions.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.sharing.site.settings")

application = get_asgi_application()
