"""The page door."""

from liveactions.http.embedding import embed

__all__ = ["embed"]
