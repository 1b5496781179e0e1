from __future__ import annotations

from liveactions.asgi import get_asgi_application
from tests.crashes.till.crashing import install

application = get_asgi_application()
install()
