"""The page door: a component's first HTML, the programs that what changes in it is read with, and files."""

from liveactions.http.embedding import cursor_of, embed
from liveactions.http.files import serve_file
from liveactions.http.programs import serve_program

__all__ = ["cursor_of", "embed", "serve_file", "serve_program"]
