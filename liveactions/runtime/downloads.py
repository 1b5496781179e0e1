"""A file over the socket: its head, then its pieces, each in a frame of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import TypeVar

from liveactions.results import Chunk, Download, Result
from liveactions.results.words.leaving import PIECE

__all__ = ["parted", "pieces"]

Row = TypeVar("Row", bound=tuple[object, Result])

numbers = count(1)
"""Tells the downloads of a process apart; a page has only its own."""


def pieces(result: Result) -> Iterator[Result]:
    """The result itself, or a file that is too large for one frame as its head and its pieces."""
    if not isinstance(result, Download) or result.content is None or len(result.content) <= PIECE:
        yield result
        return
    content = result.content
    head = replace(result, content=None, size=len(content), id=next(numbers) % 2**31)
    yield head
    for start in range(0, len(content), PIECE):
        yield Chunk(head.id or 0, content[start : start + PIECE])


def parted(items: Sequence[Row]) -> list[Sequence[Row]]:
    """The items frame by frame: after each piece of a file a new frame begins."""
    ends = [index + 1 for index, (_, result) in enumerate(items) if type(result) is Chunk]
    if not ends:
        return [items]
    starts = [0, *ends]
    return [items[start:end] for start, end in zip(starts, [*ends, len(items)], strict=True)]
