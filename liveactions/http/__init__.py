"""The page door."""

from liveactions.http.embedding import cursor_of, embed

__all__ = ["cursor_of", "embed"]
