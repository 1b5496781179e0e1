"""The version of the package, also the build that its client tells the server; and the oldest client that is served."""

from __future__ import annotations

import re

__all__ = ["OLDEST_CLIENT", "__version__", "is_too_old"]

__version__ = "0.1.0"

OLDEST_CLIENT = "0.1.0"
"""Pages that were opened before a deploy have the client of then. It is served for as long as it keeps the protocol's
rules as they are now; goes up when it does not."""


def is_too_old(build: str) -> bool:
    """Whether a client that says this of itself is no longer served. Names of other kinds are not judged."""
    return is_version(build) and parts(build) < parts(OLDEST_CLIENT)


def is_version(build: str) -> bool:
    return re.fullmatch(r"\d{1,9}(\.\d{1,9}){0,3}", build, re.ASCII) is not None


def parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
