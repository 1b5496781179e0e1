"""What Redis says, read from its bytes (RESP2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ExecAbortError,
    InvalidResponse,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)

__all__ = ["Answers"]

REFUSALS: dict[bytes, type[Exception]] = {
    b"EXECABORT": ExecAbortError,
    b"LOADING": BusyLoadingError,
    b"NOAUTH": AuthenticationError,
    b"NOPERM": NoPermissionError,
    b"NOSCRIPT": NoScriptError,
    b"OOM": OutOfMemoryError,
    b"READONLY": ReadOnlyError,
}
"""By the first word of what Redis says; any other is a ``ResponseError``."""


def refusal(line: bytes) -> Exception:
    return REFUSALS.get(line.partition(b" ")[0], ResponseError)(line.decode(errors="replace"))


def simple(kind: int, line: bytes) -> Any:
    """An answer of one line. Raises ``InvalidResponse``."""
    if kind not in SIMPLE:
        raise InvalidResponse(f"Redis has answered with {chr(kind)!r}, which is no kind of answer.")
    return SIMPLE[kind](line)


STRING, LIST, NONE = ord("$"), ord("*"), b"-1"
SIMPLE: dict[int, Callable[[bytes], Any]] = {
    ord("+"): bytes,
    ord(":"): int,
    ord("-"): refusal,
    STRING: lambda _: None,
    LIST: lambda line: None if line == NONE else [],
}


class Answers:
    """Bytes go in as they come, answers come out whole. What Redis refuses is an answer too: an exception."""

    __slots__ = ("begun", "rest", "wanted")

    def __init__(self) -> None:
        self.rest = bytearray()
        """What is not whole yet …"""
        self.wanted = 0
        """… and how many bytes it will be at least."""
        self.begun: list[tuple[list[Any], int]] = []
        """Lists of which elements are missing, outermost first, each with its length."""

    def feed(self, data: bytes) -> list[Any]:
        """The answers that are whole now. Raises ``InvalidResponse`` for what Redis would not say."""
        if self.rest:
            self.rest += data
            if len(self.rest) < self.wanted:
                return []
            data, self.rest = bytes(self.rest), bytearray()
        whole: list[Any] = []
        at = self.wanted = 0
        while (end := data.find(b"\r\n", at)) >= 0:
            kind, line = data[at], data[at + 1 : end]
            begin = end + 2
            if kind == STRING and line != NONE:
                end = begin + int(line)
                if end + 2 > len(data):
                    self.wanted = end + 2 - at
                    break
                self.put(data[begin:end], whole)
            elif kind == LIST and line not in (NONE, b"0"):
                self.begun.append(([], int(line)))
            else:
                self.put(simple(kind, line), whole)
            at = end + 2
        if at < len(data):
            self.rest += data[at:]
        return whole

    def put(self, value: Any, whole: list[Any]) -> None:
        """Where a value belongs: into the list that has begun last, or among those that are whole."""
        while self.begun:
            values, size = self.begun[-1]
            values.append(value)
            if len(values) < size:
                return
            self.begun.pop()
            value = values
        whole.append(value)
