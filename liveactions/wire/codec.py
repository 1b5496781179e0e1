"""Bytes ↔ frames. Everything from outside is checked here and only here; what passes is typed and bounded.

A frame is one msgpack array: its kind, then its fields. Trailing fields that are None are left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from operator import attrgetter
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgpack

from liveactions.errors import FrameError, ResultError
from liveactions.results import Patch, Result, to_wire
from liveactions.results.plain import MAX_INTEGER
from liveactions.wire.frames import OWN, PAGE_FRAMES, SERVER_FRAMES, Answer, Apply, Call, Frame, Ping, shorten

__all__ = [
    "MAX_DEPTH",
    "MAX_NODES",
    "answer_frame",
    "apply_frame",
    "decode",
    "encode",
    "encode_items",
    "is_ping",
    "items_to_wire",
    "load",
    "pack",
    "unpack",
    "weight",
]

MAX_DEPTH = 32
MAX_NODES = 10_000

Check = Callable[[Any], bool]


LARGE = 1 << 20
"""Bytes of a frame after which the room that it took is given back."""

at_hand: list[Callable[[Any], bytes]] = []
"""What packs, and is not in use: to make one, with room for a large frame, costs more than a small frame does."""


def pack(value: Any) -> bytes:
    """The bytes of plain data. Raises ``ResultError`` for text that is not Unicode (a lone surrogate)."""
    try:
        packs = at_hand.pop()
    except IndexError:
        packs = msgpack.Packer().pack
    try:
        data: bytes = packs(value)
    except UnicodeEncodeError as error:
        raise ResultError(
            f"A text holds {error.object[error.start]!r}, half a character, which cannot travel.",
            hint="Where does it come from? A file name can be made text by os.fsencode(name).decode(errors='replace').",
        ) from None
    if len(data) < LARGE:
        at_hand.append(packs)
    return data


def load(data: bytes) -> Any:
    """What ``pack`` was given: for bytes of our own, which are under no limit."""
    return msgpack.unpackb(data, strict_map_key=False)


class Slot(NamedTuple):
    """One field of a frame: its name, whether a value fits it, and whether it may be left out."""

    name: str
    fits: Check
    optional: bool
    plain: type | None
    """The type all of whose values fit, if there is one: most fields are found right by it."""


def slots_of(frame: type[Frame]) -> tuple[Slot, ...]:
    hints = get_type_hints(frame, include_extras=True)
    return tuple(
        Slot(f.name, check_of(hints[f.name]), f.default is not MISSING, plain_type(hints[f.name]))
        for f in fields(frame)
    )


def plain_type(hint: Any) -> type | None:
    """The type of which the annotation asks nothing more."""
    kind = get_origin(hint) or hint
    more = get_args(hint)[-1:] not in ((), (Any,))
    return kind if kind in (str, bool, dict, list) and not more else None


def check_of(hint: Any) -> Check:
    """What an annotation of ``frames.py`` asks of a decoded value."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return row(*map(check_of, hint.__metadata__[0]))
    if origin in (Union, UnionType):
        return either(*map(check_of, parts))
    if origin is Literal:
        return lambda value: type(value) is int and value in parts
    if origin in CONTAINERS and parts[-1] is not Any:
        return CONTAINERS[origin](check_of(parts[-1]))
    return count if hint is int else exactly(origin or hint)


def count(value: Any) -> bool:
    return type(value) is int and value >= 0


def exactly(kind: type) -> Check:
    return lambda value: type(value) is kind


def either(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


def row(*checks: Check) -> Check:
    def fits(value: Any) -> bool:
        return type(value) is list and all(map(fits_at, checks, [*value, *[None] * len(checks)]))

    return fits


def fits_at(check: Check, value: Any) -> bool:
    return check(value)


def list_of(check: Check) -> Check:
    return lambda value: type(value) is list and all(map(check, value))


def map_of(check: Check) -> Check:
    return lambda value: type(value) is dict and all(map(check, value.values()))


CONTAINERS: dict[Any, Callable[[Check], Check]] = {list: list_of, dict: map_of}


SLOTS: dict[type[Frame], tuple[Slot, ...]] = {
    frame: slots_of(frame) for frame in (*PAGE_FRAMES.values(), *SERVER_FRAMES.values())
}


def encode(frame: Frame) -> bytes:
    """The bytes of a frame whose fields are plain data."""
    values = [getattr(frame, slot.name) for slot in SLOTS[type(frame)]]
    while values and values[-1] is None:
        values.pop()
    return pack([frame.kind, *values])


PING = bytes([Ping.kind])


def is_ping(frame: bytes) -> bool:
    """Whether these bytes of ``encode`` are a ``PING``: an array of few fields, which begins with its kind."""
    return frame[1:2] == PING


def items_to_wire(items: Sequence[tuple[int | None, Result]]) -> list[Any]:
    """``[[scope, word, field, …], …]``: results and the component that speaks. Raises ``ResultError``."""
    return [[scope, *to_wire(result)] for scope, result in items]


def weight(items: Sequence[tuple[int | None, Result]]) -> int:
    """About how many bytes items will take, found in a part of the time that encoding them takes.

    0 for what cannot be encoded: who does it, says why.
    """
    try:
        packs = scales.pop()
    except IndexError:
        packs = msgpack.Packer(default=contents).pack
    size = 0
    try:
        for _, result in items:  # the changes of a patch are plain, and the commonest there is
            size += len(packs(result.changes if type(result) is Patch else result))
    except ValueError:  # half a character, a list within itself
        return 0
    if size < LARGE:
        scales.append(packs)
    return size


scales: list[Callable[[Any], bytes]] = []
"""As ``at_hand``, for results as they are."""

getters: dict[type[Result], Callable[[Any], Any]] = {}


def contents(value: Any) -> Any:
    """What a value that is not plain holds: of a result its fields."""
    if not isinstance(value, Result):
        return str(value)
    if (getter := getters.get(type(value))) is None:
        names = [f.name for f in fields(value)]
        getter = getters[type(value)] = attrgetter(*names) if names else str
    return getter(value)


def encode_items(items: Sequence[tuple[int | None, Result]]) -> bytes:
    """The items of a broadcast, encoded once in the whole cluster."""
    return pack(items_to_wire(items))


def apply_frame(stream: str, offset: int, body: bytes) -> bytes:
    """An ``APPLY`` of a topic round a body from ``encode_items``, which is not looked into."""
    return b"\x94" + pack(Apply.kind) + pack(stream) + pack(offset) + body


def answer_frame(offset: int, call: int, items: list[Any], refusal: list[Any] | None) -> bytes:
    """The bytes of an ``ANSWER`` on the page's own stream; the hot path of every click."""
    array = [Answer.kind, OWN, offset, call, items]
    return pack(array if refusal is None else [*array, refusal])


def decode(data: bytes, kinds: Mapping[int, type[Frame]] = PAGE_FRAMES, max_size: int = 65_536) -> Frame:
    """The frame in ``data``. Raises ``FrameError`` with a code: too large, too deep, malformed, unknown kind.

    ``kinds`` says who sent it: ``PAGE_FRAMES`` or ``SERVER_FRAMES``. ``max_size`` is in bytes.
    """
    array = loaded(data, max_size)
    if kinds is PAGE_FRAMES and (call := plain_call(array)) is not None:
        return call
    check_bounds(array)
    if not isinstance(array, list) or not array or not count(array[0]):
        raise FrameError("A frame is an array that begins with its kind.")
    frame = kinds.get(array[0])
    if frame is None:
        hint = f"Known: {sorted(kinds)}."
        raise FrameError(f"There is no frame of kind {array[0]}.", code="frame.unknown", hint=hint)
    return frame(*checked(frame, array))


def plain_call(array: Any) -> Call | None:
    """The frame in an array that is a ``CALL`` as nearly all are, and all of it right; else None.

    The hot path of every click: what takes a look at each value elsewhere is a few comparisons here.
    """
    if type(array) is not list or not 6 <= len(array) <= 8 or array[0] != Call.kind:
        return None
    call = Call(*array[1:])
    fits = (
        type(array[0]) is type(call.number) is type(call.ack) is type(call.component) is int
        and 0 <= call.number <= MAX_INTEGER
        and 0 <= call.ack <= MAX_INTEGER
        and 0 <= call.component <= MAX_INTEGER
        and type(call.action) is str
        and is_plain(call.args)
        and (call.event is None or is_plain(call.event))
        and (call.flags is None or is_plain(call.flags))
    )
    return call if fits else None


def is_plain(value: Any) -> bool:
    """Whether it is a small map of names to texts, truths and numbers, or None."""
    if not value:
        return type(value) is dict
    return (
        type(value) is dict
        and len(value) <= FEW
        and TEXTS.issuperset(map(type, value))
        and SCALARS.issuperset(map(type, value.values()))
        and all(-MAX_INTEGER <= each <= MAX_INTEGER for each in value.values() if type(each) is int)
    )


FEW = 100
TEXTS = frozenset({str})
SCALARS = frozenset({str, bool, type(None), int})


def checked(frame: type[Frame], array: list[Any]) -> list[Any]:
    slots = SLOTS[frame]
    values = array[1 : len(slots) + 1]
    for slot, value in zip(slots, values, strict=False):
        if type(value) is not slot.plain and not slot.fits(value):
            raise FrameError(f"{frame.__name__.upper()}.{slot.name} cannot be {shorten(value)}.")
    for slot in slots[len(values) :]:
        if not slot.optional:
            raise FrameError(f"{frame.__name__.upper()} lacks its field {slot.name!r}.")
    return values


def unpack(data: bytes, max_size: int = 65_536) -> Any:
    """Plain data from bytes, within all limits. Raises ``FrameError``."""
    value = loaded(data, max_size)
    check_bounds(value)
    return value


def loaded(data: bytes, max_size: int) -> Any:
    """What the bytes hold, its bounds not checked yet. Raises ``FrameError`` if that is not one value."""
    if len(data) > max_size:
        raise FrameError(f"A frame has at most {max_size} bytes, this one {len(data)}.", code="frame.too_large")
    try:
        return msgpack.unpackb(data, raw=False, strict_map_key=False, ext_hook=refuse_extension)
    except FrameError:
        raise
    except msgpack.exceptions.StackError:
        raise FrameError(f"A frame is at most {MAX_DEPTH} levels deep.", code="frame.too_deep") from None
    except (ValueError, TypeError, OverflowError, RecursionError, msgpack.exceptions.UnpackException):
        raise FrameError("These bytes are not one msgpack value.") from None


def refuse_extension(*_: Any) -> Any:
    raise FrameError("Extension types are not part of the protocol.")


def check_bounds(value: Any) -> None:
    """Walk a decoded value without recursion: depth, number of nodes, keys and numbers."""
    if type(value) is list and len(value) <= MAX_NODES and is_flat(value):
        return
    level, nodes = [value], 0
    for _ in range(MAX_DEPTH + 1):
        level = [child for item in level for child in children(item)]
        nodes += len(level)
        if nodes > MAX_NODES:
            raise FrameError(f"A frame has at most {MAX_NODES} values.", code="frame.too_large")
        if not level:
            return
    raise FrameError(f"A frame is at most {MAX_DEPTH} levels deep.", code="frame.too_deep")


def is_flat(items: list[Any]) -> bool:
    """Whether nothing in a list has to be looked into, as is the case for most frames."""
    for item in items:
        if type(item) is int:
            if not -MAX_INTEGER <= item <= MAX_INTEGER:
                return False
        elif type(item) is not str and item is not None and item != {}:
            return False
    return True


def children(item: Any) -> Sequence[Any]:
    kind = type(item)
    if kind is list:
        return item  # type: ignore[no-any-return]  # msgpack is untyped
    if kind is dict:
        if not all(type(key) is str for key in item):
            raise FrameError("The keys of a map are strings.")
        return list(item.values())
    if kind is float and not math.isfinite(item):
        raise FrameError("NaN and infinities are not part of the protocol.")
    if kind is int and not -MAX_INTEGER <= item <= MAX_INTEGER:
        raise FrameError("Integers are at most 2**53 - 1.")
    if kind not in PLAIN:
        raise FrameError(f"{kind.__name__} is not part of the protocol.")
    return ()


PLAIN = frozenset({list, dict, str, bytes, int, float, bool, type(None)})
