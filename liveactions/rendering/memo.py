"""What is remembered of a string that the page has: enough to tell whether another one differs."""

from __future__ import annotations

import hashlib

__all__ = ["remembered", "same"]

SHORT = 24
"""Characters. A bytes object of twelve takes as much memory as a str of about this length does."""


def remembered(value: str) -> str | bytes:
    """The string itself if it is short, else twelve bytes that differ when the string does."""
    if len(value) <= SHORT:
        return value
    return hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def same(memo: str | bytes, value: str) -> bool:
    """Is ``value`` what ``memo`` was made of?"""
    return memo == remembered(value)
