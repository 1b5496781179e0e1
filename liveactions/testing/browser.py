"""The browser of one user: Django's test client with its cookies, and the first HTML of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory

from liveactions.components import Component, registry
from liveactions.http import embed
from liveactions.testing.errors import PageFailed

__all__ = ["Browser", "Opened"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A page as it came over HTTP. ``site`` is ``scheme://host`` and ``url`` the path behind it."""

    html: str
    url: str
    user: Any
    site: str
    cookies: Callable[[], str]
    """The Cookie header of this browser, as it is when a socket is opened."""


class Browser:
    """One user's browser (None: of somebody who is not signed in). All its pages share one session."""

    def __init__(self, user: Any = None) -> None:
        self.user = user
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def get(self, url: str) -> Opened:
        """A page of the project, through its middleware and its view; redirects are followed.

        Raises ``PageFailed`` for an answer that is not a page, and whatever the view raises.
        """
        response: Any = self.client.get(url, follow=True)
        if response.status_code >= 400:
            raise PageFailed(f"{url} answered {response.status_code} {response.reason_phrase}.")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        request = response.wsgi_request
        site = f"{request.scheme}://{request.get_host()}"
        return self.opened(content.decode(response.charset), request.get_full_path(), site)

    def empty(self, component: str | type[Component], params: Mapping[str, Any]) -> Opened:
        """A page with nothing but one component. Raises what its ``mount`` raises."""
        name = component if isinstance(component, str) else registry.name_of(component)
        request = RequestFactory().get("/")
        request.user = self.user or AnonymousUser()
        with self.csrf(request):
            html = embed(request, name, params)
        return self.opened(f"<!DOCTYPE html><title>{name}</title><body>{html}</body>", "/", "http://testserver")

    @contextmanager
    def csrf(self, request: HttpRequest) -> Iterator[None]:
        """As the CSRF middleware does: a form in the component asks for a token, which wants its cookie."""
        name, cookies = settings.CSRF_COOKIE_NAME, self.client.cookies
        if name in cookies:
            request.META["CSRF_COOKIE"] = cookies[name].value
        yield
        if secret := request.META.get("CSRF_COOKIE"):
            cookies[name] = secret

    def opened(self, html: str, url: str, site: str) -> Opened:
        return Opened(html, url, self.user, site, self.cookie_header)

    def cookie_header(self) -> str:
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self.client.cookies.items() if morsel.value)
