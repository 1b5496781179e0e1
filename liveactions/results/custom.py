"""Results of an application's own: one door in, the same vocabulary otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from liveactions.errors import ResultError
from liveactions.results.words import Custom, Result

__all__ = ["custom_name", "custom_named", "custom_word", "register_result"]

Word = TypeVar("Word", bound=type[Result])

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")

BY_NAME: dict[str, type[Result]] = {}
BY_WORD: dict[type[Result], str] = {}


def register_result(name: str) -> Callable[[Word], Word]:
    """Make a result of one's own a word: a frozen dataclass that inherits from ``Result``::

        @register_result("shop.confetti")
        @dataclass(frozen=True)
        class Confetti(Result):
            pieces: int = 100

    From then on it may be returned, broadcast, put on a button, and written as ``{"type": "shop.confetti"}``. Either
    the browser performs it (``live.result("shop.confetti", …)``), or the server does (``@performs(Confetti)``).
    Raises ``ResultError`` for a name that is not ``<app>.<name>`` or is taken.
    """
    if not NAME.fullmatch(name):
        raise ResultError(f"{name!r} cannot be the name of a result.", hint='Write "<app>.<name>": "shop.confetti".')

    def register(word: Word) -> Word:
        if Result not in word.__mro__ or "__dataclass_params__" not in vars(word):
            raise ResultError(
                f"{word!r} is not a result.", hint="Make it a frozen dataclass that inherits from Result."
            )
        known = BY_NAME.get(name)
        if known is not None and known.__qualname__ != word.__qualname__:
            raise ResultError(f"{name!r} is {known.__qualname__} already.", hint="Choose another name.")
        BY_NAME[name], BY_WORD[word] = word, name
        return word

    return register


def custom_name(word: type[Result]) -> str | None:
    """The registered name of a result of an application's own."""
    return BY_WORD.get(word)


def custom_named(name: str) -> type[Result] | None:
    return BY_NAME.get(name)


def custom_word(custom: Custom) -> Result:
    """The application's own result that came as ``custom``; as it came if the name is not known here."""
    word = BY_NAME.get(custom.name)
    return custom if word is None else word(**custom.fields)
