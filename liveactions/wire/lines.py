"""Frames as lines of JSON, where bytes are not possible: the same arrays, one to a line.

A line is only another spelling. What comes in as one is made msgpack before anything looks at it, so that it is checked
by the code that checks everything else. JSON has no bytes: ``{"$bytes": "00ff"}`` stands for them, and a map that
really has this one key has a ``$`` more.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from liveactions.errors import FrameError, LiveActionsError
from liveactions.wire.codec import MAX_DEPTH, load, pack

__all__ = ["from_line", "to_line"]

BYTES = "$bytes"
ESCAPED = re.compile(r"\$+bytes")
DIGITS = 20
"""As many characters as an integer may have that is looked at: reading one takes longer than its length."""


def to_line(data: bytes) -> str:
    """The line of a frame of our own, without its end."""
    return json.dumps(spelled(load(data)), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def spelled(value: Any) -> Any:
    """The same in the values of JSON."""
    if isinstance(value, bytes):
        return {BYTES: value.hex()}
    if isinstance(value, list):
        return [spelled(each) for each in value]
    if isinstance(value, dict):
        return {f"${key}" if is_escaped(value, key) else key: spelled(each) for key, each in value.items()}
    return value


def from_line(line: bytes) -> bytes:
    """The msgpack of what a page has written in a line; what it is worth, ``Connection`` finds out.

    Raises ``FrameError`` for what is not JSON, or cannot be msgpack.
    """
    try:
        value = json.loads(line.decode(), object_hook=read, parse_int=integer, parse_constant=refused, strict=True)
        return pack(value)
    except FrameError:
        raise
    except RecursionError:
        raise too_deep() from None
    except (ValueError, OverflowError, LiveActionsError) as error:
        if "recursion" in str(error):  # what msgpack says of more than 511 levels
            raise too_deep() from None
        raise FrameError("This line is not one value of JSON.") from None


def read(found: dict[str, Any]) -> Any:
    """A map of JSON, or the bytes that it stands for."""
    (key,) = found if len(found) == 1 else ("",)
    if not is_escaped(found, key):
        return found
    if key != BYTES:
        return {key[1:]: found[key]}
    if not isinstance(found[key], str):
        raise FrameError('{"$bytes": …} holds a text of hexadecimal digits.')
    return bytes.fromhex(found[key])


def is_escaped(found: dict[str, Any], key: str) -> bool:
    return len(found) == 1 and ESCAPED.fullmatch(key) is not None


def integer(text: str) -> int:
    return int(text) if len(text) <= DIGITS else refused(text)


def refused(text: str) -> NoReturn:
    raise FrameError(f"The number {text[:DIGITS]} is not part of the protocol.")


def too_deep() -> FrameError:
    return FrameError(f"A frame is at most {MAX_DEPTH} levels deep.", code="frame.too_deep")
