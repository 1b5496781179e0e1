from __future__ import annotations

from liveactions.asgi import get_asgi_application

application = get_asgi_application()
