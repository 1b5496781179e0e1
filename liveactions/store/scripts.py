"""Scripts that run inside Redis: sent as their digest, and whole only to a Redis that does not know them yet."""

from __future__ import annotations

import hashlib

__all__ = ["Script"]


class Script:
    """A script as it is written, and the digest by which a Redis knows it that has seen it before."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.code = text.encode()
        self.sha = hashlib.sha1(self.code, usedforsecurity=False).hexdigest()
        self.digest = self.sha.encode()
