"""Reads HTML as browsers do, in portions: what stands where, and in which state a portion ends.

The states and their names follow the tokenizer of the HTML standard, without those that only matter for its error
messages. `MARK` stands for something that is not known yet: a character that is neither space nor sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from enum import Enum, auto

__all__ = ["IN_TAG", "MARK", "SPACE", "Attribute", "Comment", "State", "Tag", "Token", "Tokenizer", "said"]

MARK = "\udfff"
"""Half a surrogate pair: no text that can be sent contains it."""

SPACE = "\t\n\f\r "
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class State(Enum):
    """What the next character would be part of."""

    DATA = auto()
    TAG_OPEN = auto()
    END_TAG_OPEN = auto()
    TAG_NAME = auto()
    BEFORE_NAME = auto()
    NAME = auto()
    AFTER_NAME = auto()
    BEFORE_VALUE = auto()
    DOUBLE_QUOTED = auto()
    SINGLE_QUOTED = auto()
    UNQUOTED = auto()
    AFTER_VALUE = auto()
    SELF_CLOSING = auto()
    MARKUP = auto()
    MARKUP_DASH = auto()
    BOGUS_COMMENT = auto()
    COMMENT_START = auto()
    COMMENT_START_DASH = auto()
    COMMENT = auto()
    COMMENT_DASH = auto()
    COMMENT_END = auto()
    COMMENT_END_BANG = auto()
    CDATA = auto()
    CDATA_BRACKET = auto()
    CDATA_END = auto()
    TEXT = auto()
    TEXT_LESS = auto()
    TEXT_END_OPEN = auto()
    TEXT_END_NAME = auto()


S = State

IN_TAG = frozenset(
    {
        S.TAG_NAME,
        S.BEFORE_NAME,
        S.NAME,
        S.AFTER_NAME,
        S.BEFORE_VALUE,
        S.DOUBLE_QUOTED,
        S.SINGLE_QUOTED,
        S.UNQUOTED,
        S.AFTER_VALUE,
        S.SELF_CLOSING,
    }
)
"""The states between the name of a tag and its ``>``."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Where each character leads to from one state. ``stay``: those that change nothing. Any that is not mentioned
    leads to ``other``, where, with ``again``, it is looked at a second time."""

    signs: dict[str, State]
    other: State
    again: bool = False
    stay: str = ""


def rules(*signs: tuple[str, State], other: State, again: bool = False, stay: str = "") -> Rules:
    return Rules({sign: state for group, state in signs for sign in group}, other, again, stay)


TAG_SIGNS = ((SPACE, S.BEFORE_NAME), ("/", S.SELF_CLOSING), (">", S.DATA))

RULES: dict[State, Rules] = {
    S.DATA: rules(("<", S.TAG_OPEN), other=S.DATA, stay="[^<]*"),
    S.TAG_OPEN: rules(
        (LETTERS + MARK, S.TAG_NAME),
        ("/", S.END_TAG_OPEN),
        ("!", S.MARKUP),
        ("?", S.BOGUS_COMMENT),
        other=S.DATA,
        again=True,
    ),
    S.END_TAG_OPEN: rules((LETTERS + MARK, S.TAG_NAME), (">", S.DATA), other=S.BOGUS_COMMENT, again=True),
    S.TAG_NAME: rules(*TAG_SIGNS, other=S.TAG_NAME, stay=r"[^\t\n\f\r />]*"),
    S.BEFORE_NAME: rules(*TAG_SIGNS, other=S.NAME, stay=r"[\t\n\f\r ]*"),
    S.NAME: rules(
        (SPACE, S.AFTER_NAME),
        ("/", S.SELF_CLOSING),
        (">", S.DATA),
        ("=", S.BEFORE_VALUE),
        other=S.NAME,
        stay=r"[^\t\n\f\r />=]*",
    ),
    S.AFTER_NAME: rules(
        ("/", S.SELF_CLOSING), (">", S.DATA), ("=", S.BEFORE_VALUE), other=S.NAME, stay=r"[\t\n\f\r ]*"
    ),
    S.BEFORE_VALUE: rules(
        ('"', S.DOUBLE_QUOTED),
        ("'", S.SINGLE_QUOTED),
        (">", S.DATA),
        other=S.UNQUOTED,
        again=True,
        stay=r"[\t\n\f\r ]*",
    ),
    S.DOUBLE_QUOTED: rules(('"', S.AFTER_VALUE), other=S.DOUBLE_QUOTED, stay='[^"]*'),
    S.SINGLE_QUOTED: rules(("'", S.AFTER_VALUE), other=S.SINGLE_QUOTED, stay="[^']*"),
    S.UNQUOTED: rules((SPACE, S.BEFORE_NAME), (">", S.DATA), other=S.UNQUOTED, stay=r"[^\t\n\f\r >]*"),
    S.AFTER_VALUE: rules(*TAG_SIGNS, other=S.BEFORE_NAME, again=True),
    S.SELF_CLOSING: rules((">", S.DATA), other=S.BEFORE_NAME, again=True),
    S.MARKUP: rules(("-", S.MARKUP_DASH), ("[", S.CDATA), other=S.BOGUS_COMMENT, again=True),
    S.MARKUP_DASH: rules(("-", S.COMMENT_START), other=S.BOGUS_COMMENT, again=True),
    S.BOGUS_COMMENT: rules((">", S.DATA), other=S.BOGUS_COMMENT, stay="[^>]*"),
    S.COMMENT_START: rules(("-", S.COMMENT_START_DASH), (">", S.DATA), other=S.COMMENT, again=True),
    S.COMMENT_START_DASH: rules(("-", S.COMMENT_END), (">", S.DATA), other=S.COMMENT, again=True),
    S.COMMENT: rules(("-", S.COMMENT_DASH), other=S.COMMENT, stay="[^-]*"),
    S.COMMENT_DASH: rules(("-", S.COMMENT_END), other=S.COMMENT, again=True),
    S.COMMENT_END: rules((">", S.DATA), ("!", S.COMMENT_END_BANG), other=S.COMMENT, again=True, stay="-*"),
    S.COMMENT_END_BANG: rules(("-", S.COMMENT_DASH), (">", S.DATA), other=S.COMMENT, again=True),
    S.CDATA: rules(("]", S.CDATA_BRACKET), other=S.CDATA, stay=r"[^\]]*"),
    S.CDATA_BRACKET: rules(("]", S.CDATA_END), other=S.CDATA, again=True),
    S.CDATA_END: rules((">", S.DATA), other=S.CDATA, again=True, stay=r"\]*"),
    S.TEXT: rules(("<", S.TEXT_LESS), other=S.TEXT, stay="[^<]*"),
    S.TEXT_LESS: rules(("/", S.TEXT_END_OPEN), other=S.TEXT, again=True),
    S.TEXT_END_OPEN: rules((LETTERS, S.TEXT_END_NAME), other=S.TEXT, again=True),
    S.TEXT_END_NAME: rules(*TAG_SIGNS, other=S.TEXT, again=True, stay="[a-zA-Z]*"),
}

STAY = {state: re.compile(rule.stay) for state, rule in RULES.items()}
NAMED = frozenset({S.TAG_NAME, S.TEXT_END_NAME})
OUTSIDE = frozenset({S.DATA, S.TEXT})
NO_TOKEN = frozenset({S.DATA, S.TAG_OPEN, S.CDATA_END})

ATTRIBUTE = re.compile(
    r"""(?P<name> [^\s/>] [^\s/>=]* )
        (?: \s* = \s* (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' | (?P<bare> [^\s>"'] [^\s>]* )? ) )?""",
    re.VERBOSE | re.ASCII,
)
DROPPED = re.compile(r"</>|<!doctype", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: all of it from ``start`` to ``end``, what it is set to from ``value`` to ``value_end``."""

    name: str
    start: int
    end: int
    value: int
    value_end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or an end tag, from ``<`` at ``start`` to behind ``>`` at ``end``; its name ends at ``named``."""

    name: str
    """As it is written."""
    start: int
    named: int
    end: int
    closing: bool
    self_closing: bool
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, or what a browser takes for one. ``dropped``: it makes nothing at all of this (a doctype)."""

    text: str
    start: int
    end: int
    dropped: bool


Token = Tag | Comment


class Tokenizer:
    """The state of reading, and what has been read of a token.

    ``foreign``: we are inside an ``<svg>`` or a ``<math>``, where CDATA has a meaning.
    """

    def __init__(self) -> None:
        self.state = State.DATA
        self.foreign = False
        self.only = ""
        self.read = ""
        self.start = 0
        self.named = 0

    def fork(self) -> Tokenizer:
        """Another one in the same state."""
        return copy(self)

    def text_only(self, name: str) -> None:
        """All up to the end tag of ``name`` is text; said behind its start tag."""
        self.only = name.lower()
        self.state = State.TEXT

    def end_name(self) -> None:
        """What comes now does not belong to the name of the tag any more, although there is no space before it."""
        self.named = len(self.read)
        self.state = State.BEFORE_NAME

    def feed(self, text: str, at: int, step: int = 1) -> Iterator[Token]:
        """The tokens that end in ``text``, whose first character stands at ``at`` of the source. ``step`` 0: all of it
        stands there. Look at each before you take the next: `text_only` has to be said in between."""
        index = began = 0
        while index < len(text):
            index = end_of_stay(self.state, text, index)
            if self.state in OUTSIDE:
                began, self.read, self.start = index, "", at + index * step
            if index == len(text):
                break
            before = self.state
            index += self.advance(text[index], self.read + text[began:index] if before in NAMED else "")
            if self.state is State.DATA and before not in NO_TOKEN:
                yield self.token(self.read + text[began:index], at + index * step, before)
        self.read += text[began:]

    def advance(self, sign: str, read: str) -> int:
        """Take ``sign``: 1, or 0 if it has to be looked at again. ``read``: the tag, while its name is being read."""
        rule = RULES[self.state]
        following = rule.signs.get(sign)
        if following is not None and self.state is State.TEXT_END_NAME and read[2:].lower() != self.only:
            following = None
        if following is State.CDATA and not self.foreign:
            following = State.BOGUS_COMMENT
        if read and following is not None:
            self.named = len(read)
        again = following is None and rule.again
        self.state = rule.other if following is None else following
        return 0 if again else 1

    def token(self, read: str, end: int, before: State) -> Token:
        if before not in IN_TAG and before is not State.TEXT_END_NAME:
            return Comment(read, self.start, end, DROPPED.match(read) is not None)
        closing = read.startswith("</")
        return Tag(
            name=read[2 if closing else 1 : self.named],
            start=self.start,
            named=self.start + self.named,
            end=end,
            closing=closing,
            self_closing=before is State.SELF_CLOSING,
            attributes=tuple(attributes(read, self.named, self.start)),
        )


def said(name: str) -> str:
    """A name, for a person."""
    return name.replace(MARK, "…")


def end_of_stay(state: State, text: str, index: int) -> int:
    found = STAY[state].match(text, index)
    assert found is not None  # each of them can match nothing
    return found.end()


def attributes(read: str, named: int, start: int) -> Iterator[Attribute]:
    for found in ATTRIBUTE.finditer(read, named, len(read) - 1):
        value = next((group for group in ("double", "single", "bare") if found[group] is not None), None)
        yield Attribute(
            name=found["name"],
            start=start + found.start(),
            end=start + found.end(),
            value=start + found.start(value) if value else -1,
            value_end=start + found.end(value) if value else -1,
            quoted=value in {"double", "single"},
        )
