"""Showing the lines that run: the real source of a class or a method, as HTML with a class for each kind of word."""

from __future__ import annotations

import ast
import inspect
import io
import keyword
import textwrap
import tokenize
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

__all__ = ["highlight", "lines_of", "source_of"]

KINDS = {tokenize.STRING: "string", tokenize.NUMBER: "number", tokenize.COMMENT: "comment"}
# From Python 3.12 on an f-string is several tokens.
KINDS |= {
    getattr(tokenize, f"FSTRING_{part}"): "string"
    for part in ("START", "MIDDLE", "END")
    if hasattr(tokenize, f"FSTRING_{part}")
}


@lru_cache(maxsize=256)
def source_of(thing: Any) -> str:
    """The source of a class or function as it stands in its file, moved to the left margin."""
    return textwrap.dedent(inspect.getsource(thing)).strip()


def lines_of(thing: Any) -> str:
    """``source_of`` without what says how the gallery shows it: the decorator ``exhibits``, a docstring of its own."""
    source = source_of(thing)
    node = ast.parse(source).body[0]
    left_out = {line for part in furniture(node) for line in range(part.lineno, (part.end_lineno or 0) + 1)}
    lines = (line for number, line in enumerate(source.splitlines(), 1) if number not in left_out)
    return "\n".join(lines).strip()


def furniture(node: Any) -> Iterator[ast.expr | ast.stmt]:
    marks = (each for each in node.decorator_list if isinstance(each, ast.Call))
    yield from (each for each in marks if isinstance(each.func, ast.Name) and each.func.id == "exhibits")
    if len(node.body) > 1 and ast.get_docstring(node) is not None:
        yield node.body[0]


@lru_cache(maxsize=256)
def highlight(source: str) -> SafeString:
    """``source`` as HTML; what is not a word of its own stays as it is."""
    return mark_safe("".join(pieces(source)))  # noqa: S308  # every piece was escaped


def pieces(source: str) -> Iterator[SafeString]:
    lines = source.splitlines(keepends=True)
    row, column = 1, 0
    for kind, start, end in spans(source):
        yield from_to(lines, (row, column), start)
        yield format_html('<span class="{}">{}</span>', kind, text_between(lines, start, end))
        row, column = end
    yield from_to(lines, (row, column), (len(lines) + 1, 0))


def spans(source: str) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    decorating = False
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.OP and token.string == "@" and not token.line[: token.start[1]].strip():
            decorating = True
        elif token.type == tokenize.NAME and decorating:
            yield "decorator", (token.start[0], token.start[1] - 1), token.end
            decorating = False
        elif token.type == tokenize.NAME and keyword.iskeyword(token.string):
            yield "keyword", token.start, token.end
        elif token.type in KINDS:
            yield KINDS[token.type], token.start, token.end


def from_to(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> SafeString:
    return format_html("{}", text_between(lines, start, end))


def text_between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    (first, left), (last, right) = start, end
    if first == last:
        return lines[first - 1][left:right] if first <= len(lines) else ""
    middle = lines[first : last - 1]
    tail = lines[last - 1][:right] if last <= len(lines) else ""
    return "".join((lines[first - 1][left:], *middle, tail))
