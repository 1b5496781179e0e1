"""A file over the socket: its head, then its pieces, each in a frame of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from liveactions.results import Chunk, Download, Result
from liveactions.results.words.leaving import PIECE

__all__ = ["parted", "pieces"]

Row = TypeVar("Row", bound=tuple[object, Result])


def pieces(result: Result) -> Iterator[Result]:
    """The result itself, or a file that is too large for one frame as its head and its pieces."""
    if not isinstance(result, Download) or result.content is None or len(result.content) <= PIECE:
        yield result
        return
    content, number = result.content, secrets.randbelow(2**31)  # the same for no two that are under way
    yield replace(result, content=None, size=len(content), id=number)
    for start in range(0, len(content), PIECE):
        yield Chunk(number, content[start : start + PIECE])


def parted(items: Sequence[Row]) -> list[Sequence[Row]]:
    """The items frame by frame: after each piece of a file a new frame begins."""
    if len(items) < 2:
        return [items]
    ends = [index + 1 for index, (_, result) in enumerate(items) if type(result) is Chunk]
    if not ends:
        return [items]
    starts = [0, *ends]
    return [items[start:end] for start, end in zip(starts, [*ends, len(items)], strict=True)]
