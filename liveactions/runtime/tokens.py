"""The tokens by which a page is resumed. Each time it gets a fresh one, and has shown that it has it when it speaks.

Until then those before are good as well: a ``WELCOME`` may have been lost. There may be several: a page that was asked
for over one socket and, because nothing came, over another, is given a token over both, and which of them arrives is
not known; nor is which of two processes is the slower one. Of tokens only digests are kept.

While a fresh one cannot be kept, where any process would find it, a page is given the one that it has shown, with
something on top: the fence of the process that gives it, and what only this one knows. For others it proves what the
one that is kept does, as long as nobody who has taken the page under a later fence has gone on with it: the page has
seen another story than they tell. And who holds the page as it was before does not take it for one that still is as it
was.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

__all__ = [
    "EARLIER",
    "SIZE",
    "digest_of_token",
    "fence_of",
    "fresh_token",
    "is_among",
    "once_more",
    "page_of",
    "parted_digests",
    "proof_of",
    "rotated",
]

SMALL = re.compile("[0-9]{1,15}")
"""A number that Lua takes for what it is."""

EARLIER = 4
"""Tokens that are good beside the fresh one, at most."""

SIZE = hashlib.sha256().digest_size
"""Bytes of a digest."""


def fresh_token(page_id: str) -> str:
    """One that nobody can guess, and that says whose it is."""
    return f"{page_id}.{secrets.token_urlsafe(16)}"


def once_more(token: str, fence: int) -> str:
    """The same token, but one that can be told from it, given under this fence."""
    return f"{kept_part(token)}.{fence}.{secrets.token_urlsafe(16)}"


def fence_of(token: str) -> int | None:
    """The fence under which a token was given once more; None for one that is kept."""
    given = token.split(".")[2:3]
    return int(given[0]) if given and SMALL.fullmatch(given[0]) else None


def kept_part(token: str) -> str:
    return ".".join(token.split(".", 2)[:2])


def page_of(token: str) -> str:
    """The page that a token says it is for."""
    return token.partition(".")[0]


def digest_of_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def proof_of(token: str) -> bytes:
    """The digest of what is kept of a token."""
    return digest_of_token(kept_part(token))


def is_among(good: Sequence[bytes], shown: bytes) -> bool:
    """Whether this digest is one of those; how nearly right it is cannot be told by the time it takes."""
    return any(hmac.compare_digest(each, shown) for each in good)


def rotated(good: Sequence[bytes], shown: bytes, fresh: bytes) -> tuple[bytes, ...]:
    """What is good after a page has come with ``shown`` and was given ``fresh``: first this, then the latest before."""
    return tuple(dict.fromkeys((fresh, shown, *good)))[: 1 + EARLIER]


def parted_digests(joined: bytes) -> tuple[bytes, ...]:
    """Digests that were written down one behind the other."""
    return tuple(joined[at : at + SIZE] for at in range(0, len(joined), SIZE))
