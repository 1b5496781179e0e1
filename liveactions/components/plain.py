"""Values ↔ plain data: what msgpack and JSON know, with nothing lost on the way.

Plain data is None, booleans, integers up to 2⁵³−1, finite floats, strings, byte strings, lists, and maps with
string keys. Everything else becomes a map with one key that starts with ``$`` and says what it was::

    Decimal("1.50")   {"$decimal": "1.50"}            (1, 2)              {"$tuple": [1, 2]}
    Line(qty=2)       {"$object": ["Line", {"qty": 2}]}      {1: "a"}     {"$map": [[1, "a"]]}

Classes are never imported by name: a ``$object`` is only made of a class that the annotation leads to.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, Flag
from functools import cache, partial
from inspect import isabstract
from math import isfinite
from types import NoneType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, SecretBytes, SecretStr, TypeAdapter

from liveactions.components import references

__all__ = ["Codec", "enrol"]

LARGEST = 2**53 - 1

Encode = Callable[["Codec", Any], Any]
Decode = Callable[["Codec", Any], Any]


class Codec:
    """Encodes and decodes the values of one annotation; ``classes`` are those it leads to."""

    def __init__(self, classes: Iterable[type] = ()) -> None:
        self.shapes = {cls: shape for cls in classes if (shape := shape_of(cls))}
        self.names = unambiguous(self.shapes)
        self.classes = {name: cls for cls, name in self.names.items()}
        self.fallbacks = defaultdict in classes

    def encode(self, value: Any) -> Any:
        """Plain data for ``value``. Raises ``TypeError`` for a value that cannot be kept."""
        encode = ENCODERS.get(type(value))
        return self.encode_other(value) if encode is None else encode(self, value)

    def encode_other(self, value: Any) -> Any:
        # __class__ and not type(): a lazy object (request.user) is what it stands for.
        family = value.__class__.__mro__
        for cls in family:
            shape = self.shapes.get(cls)
            if shape and (shape.families or cls is family[0]):
                return {"$object": [self.names[cls], self.encode(shape.take(value))]}
        for cls in family:
            if base := SCALAR_BASES.get(cls):
                return self.encode(base(value))
        if isinstance(value, defaultdict) and self.fallbacks:
            return self.encode(dict(value))
        raise TypeError(f"a value of type {type(value).__qualname__} cannot be kept")

    def decode(self, plain: Any) -> Any:
        """The value that ``plain`` was made of. Raises ``LookupError``, ``TypeError`` or ``ValueError``."""
        if isinstance(plain, list):
            return [self.decode(item) for item in plain]
        if not isinstance(plain, dict):
            return plain
        if len(plain) == 1:
            ((key, body),) = plain.items()
            if key.startswith("$"):
                return DECODERS[key](self, body)
        return {key: self.decode(item) for key, item in plain.items()}


def enrol(cls: type, tag: str, dump: Callable[[Any], Any], load: Callable[[Any], Any]) -> None:
    """Let one more class of values be kept: ``dump(value)`` is made of values that can be kept, ``load`` inverts it."""
    key = f"${tag}"
    ENCODERS[cls] = lambda codec, value: {key: codec.encode(dump(value))}
    DECODERS[key] = lambda codec, body: load(codec.decode(body))


# ── Scalars and containers ──


def same(codec: Codec, value: Any) -> Any:  # noqa: ARG001 - the signature of an encoder
    return value


def encode_int(codec: Codec, value: int) -> Any:  # noqa: ARG001
    return value if -LARGEST <= value <= LARGEST else {"$int": hex(value)}


def encode_float(codec: Codec, value: float) -> Any:  # noqa: ARG001
    return value if isfinite(value) else {"$float": repr(value)}


def encode_str(codec: Codec, value: str) -> Any:  # noqa: ARG001
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair is no text on any wire
        return {"$str": value.encode("utf-8", "surrogatepass")}
    return value


def encode_list(codec: Codec, value: Iterable[Any]) -> list[Any]:
    return [codec.encode(item) for item in value]


def encode_dict(codec: Codec, value: Mapping[Any, Any]) -> Any:
    if all(type(key) is str and not key.startswith("$") and encode_str(codec, key) is key for key in value):
        return {key: codec.encode(item) for key, item in value.items()}
    return {"$map": encode_pairs(codec, value)}


def encode_pairs(codec: Codec, value: Mapping[Any, Any]) -> list[Any]:
    return [[codec.encode(key), codec.encode(item)] for key, item in value.items()]


def decode_pairs(codec: Codec, body: list[list[Any]]) -> dict[Any, Any]:
    return {codec.decode(key): codec.decode(item) for key, item in body}


def encode_deque(codec: Codec, value: deque[Any]) -> Any:
    return {"$deque": [encode_list(codec, value), value.maxlen]}


def decode_deque(codec: Codec, body: list[Any]) -> deque[Any]:
    return deque(codec.decode(body[0]), body[1])


def encode_moment(tag: str, codec: Codec, value: datetime | time) -> Any:  # noqa: ARG001
    if isinstance(value.tzinfo, ZoneInfo) and value.tzinfo.key:
        return {tag: [value.replace(tzinfo=None).isoformat(), value.tzinfo.key, value.fold]}
    return {tag: [value.isoformat(), None, value.fold] if value.fold else value.isoformat()}


def decode_moment(cls: type[datetime | time], codec: Codec, body: str | list[Any]) -> Any:  # noqa: ARG001
    if isinstance(body, str):
        return cls.fromisoformat(body)
    written, zone, fold = body
    moment = cls.fromisoformat(written).replace(fold=fold)
    return moment.replace(tzinfo=ZoneInfo(zone)) if zone else moment


ENCODERS: dict[type, Encode] = {
    NoneType: same,
    bool: same,
    bytes: same,
    int: encode_int,
    float: encode_float,
    str: encode_str,
    list: encode_list,
    dict: encode_dict,
    deque: encode_deque,
    datetime: partial(encode_moment, "$datetime"),
    time: partial(encode_moment, "$time"),
}
DECODERS: dict[str, Decode] = {
    "$int": lambda _, body: int(body, 16),
    "$float": lambda _, body: float(body),
    "$str": lambda _, body: body.decode("utf-8", "surrogatepass"),
    "$map": decode_pairs,
    "$deque": decode_deque,
    "$datetime": partial(decode_moment, datetime),
    "$time": partial(decode_moment, time),
    "$object": lambda codec, body: decode_object(codec, *body),
}


def pairs(value: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    return list(value.items())


enrol(tuple, "tuple", list, tuple)
enrol(set, "set", list, set)
enrol(frozenset, "frozenset", list, frozenset)
enrol(bytearray, "bytearray", bytes, bytearray)
enrol(complex, "complex", lambda value: [value.real, value.imag], lambda parts: complex(*parts))
enrol(Decimal, "decimal", str, Decimal)
enrol(UUID, "uuid", lambda value: value.bytes, lambda data: UUID(bytes=data))
enrol(date, "date", date.isoformat, date.fromisoformat)
enrol(timedelta, "timedelta", lambda value: [value.days, value.seconds, value.microseconds], lambda n: timedelta(*n))
enrol(OrderedDict, "ordered", pairs, OrderedDict)
enrol(Counter, "counter", pairs, lambda body: Counter(dict(body)))
enrol(SecretStr, "secret", SecretStr.get_secret_value, SecretStr)
enrol(SecretBytes, "secretbytes", SecretBytes.get_secret_value, SecretBytes)

SCALAR_BASES: dict[type, Callable[[Any], Any]] = {
    str: str.__str__,
    int: int.__int__,
    float: float.__float__,
    bytes: lambda value: bytes(bytearray(value)),
    datetime: lambda value: datetime.combine(datetime.date(value), datetime.timetz(value)),
    date: lambda value: date(value.year, value.month, value.day),
    Decimal: Decimal,
    UUID: lambda value: UUID(bytes=value.bytes),
}
"""How an instance of a subclass (a safe string, an enum of numbers in an ``int`` field) is kept: as its base."""


# ── Objects: what they are made of, and how they are made again ──


@dataclass(frozen=True)
class Shape:
    """One kind of classes: ``take(value)`` is what a value is made of, ``make(cls, parts)`` makes it again.

    With ``families`` an instance of a subclass is kept as the declared class; else that would lose something.
    """

    matches: Callable[[type], bool]
    take: Callable[[Any], Any]
    make: Callable[[Any, Any], Any]
    families: bool = False


def decode_object(codec: Codec, name: str, body: Any) -> Any:
    cls = codec.classes[name]
    return codec.shapes[cls].make(cls, codec.decode(body))


def shape_of(cls: type) -> Shape | None:
    if reference := references.find(cls):
        return Shape(lambda _: True, reference.dump, reference.load, families=True)
    return next((shape for shape in SHAPES if shape.matches(cls)), None)


def unambiguous(classes: Iterable[type]) -> dict[type, str]:
    """A name for each class: its own, and with its module where two share it."""
    every = list(classes)
    count = Counter(cls.__qualname__ for cls in every)
    return {
        cls: cls.__qualname__ if count[cls.__qualname__] == 1 else f"{cls.__module__}.{cls.__qualname__}"
        for cls in every
    }


def take_member(member: Enum) -> Any:
    return member.value if isinstance(member, Flag) else member.name


def make_member(cls: type[Enum], body: Any) -> Enum:
    return cls(body) if issubclass(cls, Flag) else cls[body]


def take_fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def make_dataclass(cls: type, body: dict[str, Any]) -> Any:
    check_names(cls, body, {field.name for field in dataclasses.fields(cls)})
    made: Any = object.__new__(cls)
    for name, value in body.items():
        object.__setattr__(made, name, value)  # frozen ones too, and __post_init__ has run already
    return made


def take_model(value: BaseModel) -> dict[str, Any]:
    names = type(value).model_fields
    parts: dict[str, Any] = {"fields": {name: getattr(value, name) for name in names}}
    if value.__pydantic_fields_set__ != names.keys():
        parts["set"] = sorted(value.__pydantic_fields_set__)
    if value.__pydantic_extra__ is not None:
        parts["extra"] = value.__pydantic_extra__
    if value.__pydantic_private__ is not None:
        parts["private"] = value.__pydantic_private__
    return parts


def make_model(cls: type[BaseModel], body: dict[str, Any]) -> BaseModel:
    check_names(cls, body["fields"], set(cls.model_fields))
    made = cls.__new__(cls)
    made.__setstate__(
        {
            "__dict__": body["fields"],
            "__pydantic_extra__": body.get("extra"),
            "__pydantic_fields_set__": set(body.get("set", body["fields"])),
            "__pydantic_private__": body.get("private"),
        }
    )
    return made


def take_named_tuple(value: Any) -> dict[str, Any]:
    return dict(zip(value._fields, value, strict=True))


def make_named_tuple(cls: Any, body: dict[str, Any]) -> Any:
    check_names(cls, body, set(cls._fields))
    return cls(**body)


@cache
def json_of(cls: Any) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


def take_json(value: Any) -> Any:
    return json_of(value.__class__).dump_python(value, mode="json")


def make_json(cls: type, body: Any) -> Any:
    return json_of(cls).validate_python(body)


def check_names(cls: type, body: Mapping[str, Any], names: set[str]) -> None:
    if changed := sorted(names ^ body.keys()):
        raise ValueError(f"{cls.__qualname__} has changed since this was kept: {', '.join(changed)}")


SHAPES = [
    Shape(lambda cls: issubclass(cls, Enum), take_member, make_member),
    Shape(lambda cls: issubclass(cls, BaseModel), take_model, make_model),
    Shape(is_dataclass, take_fields, make_dataclass),
    Shape(lambda cls: issubclass(cls, tuple) and hasattr(cls, "_fields"), take_named_tuple, make_named_tuple),
    Shape(
        # What only pydantic knows (URLs, addresses, paths …) is kept in the form it has in JSON.
        lambda cls: cls not in ENCODERS and cls not in (object, defaultdict) and not isabstract(cls),
        take_json,
        make_json,
        families=True,
    ),
]
