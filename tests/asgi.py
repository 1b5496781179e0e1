"""What ``ASGI_APPLICATION`` of the tests names: the package's own entry point, as in every project."""

from liveactions.asgi import get_asgi_application

application = get_asgi_application()
