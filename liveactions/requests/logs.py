"""What a request writes into the log, and keeping it for somebody to read."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from liveactions.components import ActionRequest

__all__ = ["LogsOfRequest", "StringLogger"]

DEFAULT = logging.getLogger("liveactions.requests")


class StringLogger(logging.Logger):
    """A logger that keeps what it is told, a line each."""

    def __init__(self, level: int | str = logging.INFO) -> None:
        super().__init__("liveactions.requests.kept", level)
        self.stream = io.StringIO()
        self.addHandler(logging.StreamHandler(self.stream))

    def getvalue(self) -> str:
        return self.stream.getvalue()


class LogsOfRequest(ActionRequest):
    """``debug``, ``info`` and ``warning`` as a logger has them; ``adebug`` … to be awaited."""

    @property
    def log(self) -> logging.Logger:
        """Where this request writes: its ``logger``, else ``liveactions.requests``."""
        return self.logger if self.logger is not None else DEFAULT

    def debug(self, message: object, *args: Any, **options: Any) -> None:
        self.log.debug(message, *args, **options)

    def info(self, message: object, *args: Any, **options: Any) -> None:
        self.log.info(message, *args, **options)

    def warning(self, message: object, *args: Any, **options: Any) -> None:
        """Into the log; ``warn`` tells the user."""
        self.log.warning(message, *args, **options)

    async def adebug(self, message: object, *args: Any, **options: Any) -> None:
        self.debug(message, *args, **options)

    async def ainfo(self, message: object, *args: Any, **options: Any) -> None:
        self.info(message, *args, **options)

    async def awarning(self, message: object, *args: Any, **options: Any) -> None:
        self.warning(message, *args, **options)

    @contextmanager
    def capture_logger(self, level: int | str = logging.INFO) -> Iterator[StringLogger]:
        """Within it, what this request and its children write is kept: ``getvalue()``."""
        kept = StringLogger(level)
        with self.override_attrs(logger=kept):
            yield kept

    @contextmanager
    def print_logger(self, level: int | str = logging.INFO) -> Iterator[logging.Logger]:
        """Within it, what this request and its children write goes to standard output."""
        printed = logging.Logger("liveactions.requests.printed", level)  # noqa: LOG001  # nobody else shall find it
        printed.addHandler(logging.StreamHandler(sys.stdout))
        with self.override_attrs(logger=printed):
            yield printed
