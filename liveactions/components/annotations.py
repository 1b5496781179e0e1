"""Annotations: finding what they mean, and turning them into pydantic validators.

One annotation is read in two ways. *Held* is what a field may hold on the server: nothing is converted.
*Incoming* is what a browser may send, which often has only strings: pydantic's lax mode, with these additions

* an empty string is None where None is allowed and a string is not (an emptied ``<input type="date">``);
* a string may name a choice that is not a string (``Literal[1, 2]``, an enum of numbers);
* bytes are not text, text is not bytes, and a float is a number (no ``"nan"``, no ``"inf"``).
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from enum import Enum
from operator import getitem
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import (
    AllowInfNan,
    BaseModel,
    PydanticUserError,
    SecretBytes,
    SecretStr,
    Strict,
    TypeAdapter,
    ValidationError,
    WrapValidator,
)
from pydantic.errors import PydanticSchemaGenerationError

from liveactions.components import references
from liveactions.errors import DeclarationError

__all__ = [
    "adapter_of",
    "classes_in",
    "held",
    "incoming",
    "is_class_variable",
    "is_secret",
    "own_annotations",
    "resolve",
    "scope_of",
    "signature_of",
]

Leaf = Callable[[Any], Any]

CLASS_VARIABLE = re.compile(r"\s*(\w+\s*\.\s*)*ClassVar\b")
NAMESPACE = "__liveactions_namespace__"
"""Where a component class that was made inside a function keeps the names it could see there."""

# ── What was written, and what it means ──


def own_annotations(cls: type) -> Mapping[str, Any]:
    """What ``cls`` itself annotates, as written: a string where evaluation was postponed."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    return inspect.get_annotations(cls)


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """The signature of ``function`` with its annotations as written."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return inspect.signature(function, annotation_format=annotationlib.Format.FORWARDREF)
    return inspect.signature(function)


def is_class_variable(written: Any) -> bool:
    if isinstance(written, str):
        return CLASS_VARIABLE.match(written) is not None
    return written is ClassVar or get_origin(written) is ClassVar


def scope_of(owner: type, module_globals: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The names an annotation inside ``owner`` may use.

    Of the class itself only classes count: in ``date: date | None = None`` the type is meant, not the default.
    """
    if module_globals is None:
        module = sys.modules.get(owner.__module__)
        module_globals = vars(module) if module else {}
    inner = {name: value for name, value in vars(owner).items() if isinstance(value, type)}
    return {**module_globals, **vars(owner).get(NAMESPACE, {}), owner.__name__: owner, **inner}


def resolve(written: Any, scope: dict[str, Any], where: str) -> Any:
    """The type that ``written`` means. Raises ``DeclarationError`` for a name that cannot be found."""

    def holder() -> None: ...

    holder.__annotations__ = {"it": written}
    try:
        return get_type_hints(holder, globalns=scope, localns=scope, include_extras=True)["it"]
    except NameError as error:
        raise DeclarationError(
            f"{where} is annotated with {written!r}, but {error.name!r} is not known in its module.",
            hint="Import it there, and not only under TYPE_CHECKING.",
        ) from error
    except (TypeError, SyntaxError) as error:
        raise DeclarationError(
            f"{where} is annotated with {written!r}, which is not a type: {error}.", hint="Write a type."
        ) from error


# ── The two readings ──


def held(annotation: Any) -> Any:
    """The annotation with reference types made known to pydantic; otherwise as it is."""
    return rewrite(annotation, held_leaf)


def incoming(annotation: Any) -> Any:
    """The annotation as it is read for values from a browser."""
    return rewrite(annotation, incoming_leaf, union=incoming_union)


def held_leaf(annotation: Any) -> Any:
    reference = references.find(annotation)
    return annotation if reference is None else references.by_reference(annotation, reference)


INCOMING: dict[Any, Any] = {
    str: Annotated[str, Strict()],
    bytes: Annotated[bytes, Strict()],
    float: Annotated[float, AllowInfNan(False)],
}


def incoming_leaf(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return chosen_by_text(annotation, {member.value: member for member in annotation if hashable(member.value)})
    if get_origin(annotation) is Literal:
        return chosen_by_text(annotation, {choice: choice for choice in get_args(annotation)})
    try:
        return INCOMING.get(annotation) or held_leaf(annotation)
    except TypeError:  # an annotation that cannot be hashed is none of the table's
        return held_leaf(annotation)


def incoming_union(members: tuple[Any, ...], union: Any) -> Any:
    if NoneType not in members or INCOMING[str] in members:
        return union
    return Annotated[union, WrapValidator(empty_is_none)]


def empty_is_none(value: Any, validate: Callable[[Any], Any]) -> Any:
    try:
        return validate(value)
    except ValidationError:
        if isinstance(value, str) and value == "":
            return None
        raise


def chosen_by_text(annotation: Any, choices: Mapping[Any, Any]) -> Any:
    """``annotation``, taking also the text of a choice that is not a string."""
    by_text = {str(written): choice for written, choice in choices.items() if not isinstance(written, str)}
    if not by_text:
        return annotation

    def choose(value: Any, validate: Callable[[Any], Any]) -> Any:
        try:
            return validate(value)
        except ValidationError:
            if isinstance(value, str) and value in by_text:
                return by_text[value]
            raise

    return Annotated[annotation, WrapValidator(choose)]


def hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def rewrite(annotation: Any, leaf: Leaf, union: Callable[[tuple[Any, ...], Any], Any] | None = None) -> Any:
    """``annotation`` with every class in it replaced by ``leaf(class)``, and every union by ``union(members, it)``."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None or origin is Literal:
        return leaf(annotation)
    if origin is Annotated:
        return getitem(Annotated, (rewrite(arguments[0], leaf, union), *annotation.__metadata__))
    if any(isinstance(argument, list) for argument in arguments):  # the parameters of a Callable
        return annotation
    members = tuple(rewrite(argument, leaf, union) for argument in arguments)
    if origin in (Union, UnionType):
        changed = getitem(Union, members)
        return union(members, changed) if union else changed
    return annotation if members == arguments else origin[members]


def adapter_of(annotation: Any, where: str) -> TypeAdapter[Any]:
    """Pydantic's validator for ``annotation``. Raises ``DeclarationError`` for a type that cannot be checked."""
    try:
        return TypeAdapter(annotation)
    except (PydanticSchemaGenerationError, PydanticUserError) as error:
        reason = str(error).split("\n", 1)[0]
        raise DeclarationError(
            f"{where} has a type that cannot be checked: {reason}",
            hint="Use a built-in type, an enum, a dataclass, a pydantic model or a Django model; "
            "keep anything else in an attribute whose name starts with an underscore.",
        ) from error


# ── Which classes an annotation can lead to ──


def classes_in(annotation: Any, seen: set[Any] | None = None) -> set[type]:
    """Every class that a value of this annotation may be made of, through dataclasses and models too."""
    seen = set() if seen is None else seen
    for part in parts(annotation):
        if isinstance(part, type) and part not in seen:
            seen.add(part)
            for inner in inner_annotations(part):
                classes_in(inner, seen)
    return {cls for cls in seen if isinstance(cls, type)}


def is_secret(annotation: Any) -> bool:
    """True when values of this annotation hold passwords or the like, which no message may repeat."""
    return not classes_in(annotation).isdisjoint((SecretStr, SecretBytes))


def parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    origin = get_origin(annotation)
    if origin is None or origin is Literal:
        return
    if origin is not UnionType:
        yield origin
    for argument in get_args(annotation)[: 1 if origin is Annotated else None]:
        yield from parts(argument)


def inner_annotations(cls: type) -> list[Any]:
    if references.find(cls):
        return []
    if issubclass(cls, BaseModel):
        return [field.annotation for field in cls.model_fields.values()]
    if is_dataclass(cls) or hasattr(cls, "_fields") or hasattr(cls, "__total__"):
        return list(get_type_hints(cls, include_extras=True).values())
    return []
