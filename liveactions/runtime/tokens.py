"""The tokens by which a page is resumed. Each time it gets a fresh one, and has shown that it has it when it speaks.

Until then those before are good as well: a ``WELCOME`` may have been lost. There may be several: a page that was asked
for over one socket and, because nothing came, over another, is given a token over both, and which of them arrives is
not known; nor is which of two processes is the slower one. Of tokens only digests are kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

__all__ = ["EARLIER", "SIZE", "digest_of_token", "fresh_token", "is_among", "page_of", "parted_digests", "rotated"]

EARLIER = 4
"""Tokens that are good beside the fresh one, at most."""

SIZE = hashlib.sha256().digest_size
"""Bytes of a digest."""


def fresh_token(page_id: str) -> str:
    """One that nobody can guess, and that says whose it is."""
    return f"{page_id}.{secrets.token_urlsafe(16)}"


def page_of(token: str) -> str:
    """The page that a token says it is for."""
    return token.partition(".")[0]


def digest_of_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def is_among(good: Sequence[bytes], shown: bytes) -> bool:
    """Whether this digest is one of those; how nearly right it is cannot be told by the time it takes."""
    return any(hmac.compare_digest(each, shown) for each in good)


def rotated(good: Sequence[bytes], shown: bytes, fresh: bytes) -> tuple[bytes, ...]:
    """What is good after a page has come with ``shown`` and was given ``fresh``: first this, then the latest before."""
    return tuple(dict.fromkeys((fresh, shown, *good)))[: 1 + EARLIER]


def parted_digests(joined: bytes) -> tuple[bytes, ...]:
    """Digests that were written down one behind the other."""
    return tuple(joined[at : at + SIZE] for at in range(0, len(joined), SIZE))
