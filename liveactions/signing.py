"""Mount tokens: what a page may ask to mount. Signed, bound to the user, and good for a stated time."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any

from django.core import signing

from liveactions.conf import conf
from liveactions.errors import TokenError

__all__ = ["MountToken", "read", "user_key", "write"]

SALT = "liveactions.mount"


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


def user_key(user: object) -> str:
    """What binds a token to a user: the primary key, or nothing for somebody who is not signed in."""
    pk = getattr(user, "pk", None)
    return "" if pk is None else str(pk)
