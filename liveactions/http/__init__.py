"""The page door: a component's first HTML, and the programs that what changes in it is read with."""

from liveactions.http.embedding import cursor_of, embed
from liveactions.http.programs import serve_program

__all__ = ["cursor_of", "embed", "serve_program"]
