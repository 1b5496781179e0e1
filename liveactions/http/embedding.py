"""The page door: a component's first HTML inside an ordinary response, ready to be taken up by its socket."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from liveactions import signing
from liveactions.bus import cursor_now
from liveactions.conf import conf
from liveactions.errors import CallError
from liveactions.references import freeze, rows_in
from liveactions.runtime import Node, Surroundings, Tree
from liveactions.shared import gallery
from liveactions.signing import MountToken, user_key
from liveactions.store import put_now
from liveactions.templating import renderer
from liveactions.wire import pack

__all__ = ["cursor_of", "embed"]


def embed(request: HttpRequest | None, name: str, params: Mapping[str, Any]) -> SafeString:
    """The HTML of a root component, with its mount token. Its state waits in the store for the socket.

    Raises what ``mount`` raises; ``CallError`` for an unknown name, ``ResultError`` for parameters that cannot
    be put into a token.
    """
    response = Embedding.of(request)
    frozen = freeze(params)
    node = response.tree.mount(name, params)
    try:
        response.tree.draw(node)
    except CallError as error:
        if error.code != "action.forbidden":
            raise
        raise PermissionDenied(str(error)) from error  # a shared component that the user may not see
    token = response.token(node, frozen)
    return mark_safe(response.tree.marked(node, {"live-token": signing.write(token)}, whole=True))  # noqa: S308  # made by templates


def cursor_of(request: HttpRequest | None) -> int:
    """How far the log had come when this response began to be rendered; 0 if it could not be asked."""
    return cursor_now() if request is None else Embedding.of(request).cursor


class Embedding:
    """The components of one HTTP response."""

    def __init__(self, user: Any, csrf: Callable[[], str] = str) -> None:
        language, zone = translation.get_language(), timezone.get_current_timezone_name()
        self.surroundings = Surroundings(
            user=user,
            csrf=csrf,
            language=None if language == settings.LANGUAGE_CODE else language,
            timezone=None if zone == timezone.get_default_timezone_name() else zone,
        )
        self.cursor = cursor_now()
        """Read before anything is mounted: what is told after it is replayed when the page connects."""
        self.tree = Tree(renderer(), self.surroundings, page="", first_id=1, limit=conf().max_components)
        self.tree.gallery = gallery()
        self.tree.programs = True  # the page has not said yet what it can do

    @classmethod
    def of(cls, request: HttpRequest | None) -> Embedding:
        """The one of this request; a page rendered without a request has one component at a time."""
        if request is None:
            return cls(AnonymousUser())
        kept: dict[str, Any] = vars(request)
        if "_live" not in kept:
            kept["_live"] = cls(getattr(request, "user", AnonymousUser()), partial(get_token, request))
        return kept["_live"]  # type: ignore[no-any-return]  # set just above

    def token(self, node: Node, params: dict[str, Any]) -> MountToken:
        snapshot = secrets.token_urlsafe(16)
        rows = rows_in(value for each in node.walk() for value in vars(each.component).values())
        kept = pack({"tree": self.tree.snapshot(node), "cursor": self.cursor, "rows": rows})
        put_now(snapshot, bytes(kept), conf().snapshot_age)
        return MountToken(
            name=node.name,
            id=node.id,
            params=params,
            user=user_key(self.surroundings.user),
            snapshot=snapshot,
            digest=node.digest.hex(),
            language=self.surroundings.language,
            timezone=self.surroundings.timezone,
        )
