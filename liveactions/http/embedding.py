"""The page door: a component's first HTML inside an ordinary response, ready to be taken up by its socket."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
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
from liveactions.errors import CallError, LocalError
from liveactions.references import fetched_together, freeze, rows_in
from liveactions.runtime import Node, Surroundings, Tree
from liveactions.shared import gallery
from liveactions.signing import MountToken, user_key
from liveactions.store import put_now, store
from liveactions.templating import renderer
from liveactions.wire import load, pack

__all__ = ["LEFT", "LEFT_AGE", "cursor_of", "embed", "leave"]

logger = logging.getLogger("liveactions")

LEFT = "live-left"
"""The cookie that leads to what a form has left behind."""
LEFT_AGE = 60
"""Seconds for which it does: a browser that was redirected comes at once."""


def embed(request: HttpRequest | None, name: str, params: Mapping[str, Any]) -> SafeString:
    """The HTML of a root component, with its mount token. Its state waits in the store for the socket.

    Raises what ``mount`` raises; ``CallError`` for an unknown name, ``ResultError`` for parameters that cannot
    be put into a token.
    """
    response = Embedding.of(request)
    frozen = freeze(params)
    node = response.again(request, name, frozen) or response.tree.mount(name, params)
    token = response.token(node, frozen)
    response.tree.address_of = lambda _: signing.write(token)
    try:
        response.tree.draw(node)
    except CallError as error:
        if error.code != "action.forbidden":
            raise
        raise PermissionDenied(str(error)) from error  # a shared component that the user may not see
    response.keep(node, token)
    shown = {"live-token": signing.write(replace(token, digest=node.digest.hex()))}
    return mark_safe(response.tree.marked(node, shown, whole=True))  # noqa: S308  # made by templates


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

    def again(self, request: HttpRequest | None, name: str, params: dict[str, Any]) -> Node | None:
        """The component as a form that was posted without JavaScript has left it; None if none was."""
        key = "" if request is None else request.COOKIES.get(LEFT, "")
        kept = store().take_now(key) if key else None
        if kept is None:
            return None
        left = load(kept)
        if [left["user"], left["name"], left["params"]] != [user_key(self.surroundings.user), name, params]:
            put_now(key, kept, LEFT_AGE)  # it is for another component of the page
            return None
        try:
            with fetched_together(left["rows"]):
                return self.tree.restore(self.numbered(left["tree"]))
        except LocalError as error:
            logger.warning("A form is shown empty, because its state cannot be restored. %s", error)
            return None

    def numbered(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The same components with ids of this response; nothing is known of their HTML."""
        own = {"id": self.tree.new_id(), "memo": None, "address": ""}
        return {**data, **own, "children": [self.numbered(child) for child in data["children"]]}

    def token(self, node: Node, params: dict[str, Any]) -> MountToken:
        """By which the component is taken up; before it is rendered, so without a digest."""
        return MountToken(
            name=node.name,
            id=node.id,
            params=params,
            user=user_key(self.surroundings.user),
            snapshot=secrets.token_urlsafe(16),
            digest="",
            language=self.surroundings.language,
            timezone=self.surroundings.timezone,
        )

    def keep(self, node: Node, token: MountToken) -> None:
        """Have its state wait for who comes with the token."""
        rows = rows_in(value for each in node.walk() for value in vars(each.component).values())
        kept = pack({"tree": self.tree.snapshot(node), "cursor": self.cursor, "rows": rows})
        put_now(token.snapshot, bytes(kept), conf().snapshot_age)


def leave(tree: Tree, node: Node, params: Mapping[str, Any]) -> str:
    """Have a root component wait for the next response to its user; the value of the cookie ``LEFT`` that finds it."""
    key = f"left.{secrets.token_urlsafe(16)}"
    rows = rows_in(value for each in node.walk() for value in vars(each.component).values())
    left = {"tree": tree.snapshot(node), "rows": rows, "name": node.name, "params": params}
    put_now(key, bytes(pack({**left, "user": user_key(tree.surroundings.user)})), LEFT_AGE)
    return key
