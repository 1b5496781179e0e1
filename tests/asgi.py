"""What serves the tests' sites, whichever ``DJANGO_SETTINGS_MODULE`` names: the entry point of every project."""

from liveactions.asgi import get_asgi_application

application = get_asgi_application()
