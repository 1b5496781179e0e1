"""Mount tokens: what a page may ask to mount. Signed, bound to the user, and good for a stated time."""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass
from typing import Any

from django.core import signing

from liveactions.conf import conf
from liveactions.errors import ResultError, TokenError
from liveactions.results import Download, Result, from_wire
from liveactions.results.encoding import NUMBERS, SHAPES
from liveactions.store import put_now, store
from liveactions.wire import load, pack

__all__ = ["MountToken", "Seals", "parameters_of", "read", "refer", "user_key", "write"]

SALT = "liveactions.mount"
LONG = 2048
"""Bytes of a result that a reference carries itself; what is longer waits in the store."""


@dataclass(frozen=True, slots=True)
class MountToken:
    """One root component of one HTTP response.

    ``id`` is that of its root element; ``params`` is plain (model instances by reference); ``snapshot`` names
    the state that waits in the store; ``language`` and ``timezone`` are those of the response.
    """

    name: str
    id: int
    params: dict[str, Any]
    user: str
    snapshot: str
    digest: str
    language: str | None = None
    timezone: str | None = None


def write(token: MountToken) -> str:
    """The signed text of a token."""
    return signing.dumps(list(astuple(token)), salt=SALT, compress=True)


def read(text: str, user: object) -> MountToken:
    """The token in ``text``. Raises ``TokenError``: forged, expired, or made for another user."""
    try:
        token = MountToken(*signing.loads(text, salt=SALT, max_age=conf().token_age))
    except signing.SignatureExpired:
        raise TokenError("This page is too old.", code="token.expired", hint="Reload it.") from None
    except (signing.BadSignature, TypeError, ValueError):
        raise TokenError("This mount token was not made here.", code="token.forged", hint="Reload the page.") from None
    if token.user != user_key(user):
        raise TokenError("This page was made for another user.", code="token.foreign", hint="Reload the page.")
    return token


def parameters_of(text: str) -> tuple[str, int, dict[str, Any]]:
    """Component, id and parameters of a token, whomever it was made for: to be written down, not to be mounted.

    Raises ``TokenError``: forged.
    """
    try:
        token = MountToken(*signing.loads(text, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        raise TokenError("This mount token was not made here.", code="token.forged") from None
    return token.name, token.id, token.params


def user_key(user: object) -> str:
    """What binds a token to a user: the primary key, or nothing for somebody who is not signed in."""
    pk = getattr(user, "pk", None)
    return "" if pk is None else str(pk)


# What a browser keeps and gives back -----------------------------------------------------------------------


class Packed:
    """The serializer of references: msgpack, which knows bytes."""

    def dumps(self, data: Any) -> bytes:
        return bytes(pack(data))

    def loads(self, data: bytes) -> Any:
        return load(data)


class Seals:
    """The ``Seals`` of a server process."""

    def seal(self, purpose: str, data: list[Any]) -> str:
        """The signed text of ``data``."""
        return signing.dumps(data, salt=f"liveactions.{purpose}", serializer=Packed, compress=True)

    def unseal(self, purpose: str, text: str) -> list[Any]:
        """The data in ``text``. Raises ``TokenError``: forged, expired, or made for another purpose."""
        try:
            found = signing.loads(text, salt=f"liveactions.{purpose}", serializer=Packed, max_age=conf().token_age)
        except signing.SignatureExpired:
            raise TokenError("This page is too old.", code="token.expired", hint="Reload it.") from None
        except (signing.BadSignature, TypeError, ValueError):
            raise TokenError("This was not made here.", code="token.forged", hint="Reload the page.") from None
        if not isinstance(found, list):
            raise TokenError("This was not made here.", code="token.forged", hint="Reload the page.")
        return found

    async def referred(self, text: str) -> Result:
        """The result of a ``Reference``. Raises ``TokenError``."""
        kind, content = self.unseal("reference", text)
        if kind == WAITS:
            kept = await store().get(content)
            if kept is None:
                raise TokenError("This is no longer kept.", code="token.expired", hint="Ask for it again.")
            content = load(kept)
        return from_wire(content)


CARRIED, WAITS = "carried", "waits"


def refer(array: list[Any]) -> str:
    """The text of a reference to the word of this array: signed, good for as long as a page is.

    A browser may read what it carries, so what is none of its business (the path of a file) waits in the store, as does
    what is long. Raises ``ResultError`` if the store is away then.
    """
    packed = bytes(pack(array))
    if len(packed) <= LONG and not is_private(array):
        return Seals().seal("reference", [CARRIED, array])
    key = f"reference.{secrets.token_urlsafe(16)}"
    if not put_now(key, packed, conf().token_age):
        raise ResultError("A result that is too long for a page to carry could not be kept.", code="bus.unavailable")
    return Seals().seal("reference", [WAITS, key])


def is_private(array: list[Any]) -> bool:
    """Whether a word, or one inside it, names a file on the server's disk."""
    path = SHAPES[NUMBERS[Download]].names.index("path") + 1
    own = array[:1] == [NUMBERS[Download]] and len(array) > path
    return own or any(isinstance(each, list) and is_private(each) for each in array)
