"""Arguments: what a browser or an event gives, bound to a function's parameters and checked by their annotations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from inspect import Parameter as Formal
from typing import Any, Final

from pydantic import ValidationError

from liveactions.components.annotations import adapter_of, incoming, is_secret, resolve, scope_of, signature_of
from liveactions.components.problems import first_problem, shown
from liveactions.errors import ArgumentError, DeclarationError

__all__ = ["Arguments", "Parameter", "kind_of", "unknown_argument"]

FROM_EVENT: Final[tuple[str, ...]] = ("value", "checked", "key")
"""Parameters that are taken from the browser's event when they are not among the arguments."""

KINDS: Final[tuple[tuple[Callable[[Any], bool], str], ...]] = (
    (inspect.isasyncgenfunction, "async generator"),
    (inspect.iscoroutinefunction, "async"),
    (inspect.isgeneratorfunction, "generator"),
)


def kind_of(function: Callable[..., Any]) -> str:
    """One of ``sync``, ``async``, ``generator``, ``async generator``."""
    return next((kind for is_kind, kind in KINDS if is_kind(function)), "sync")


PLAIN: Final = (Any, str, int, float, bool)


class Parameter:
    """One parameter; its validator is made at the first call, when every type it names exists."""

    def __init__(self, formal: Formal, scope: Callable[[], dict[str, Any]], where: str) -> None:
        self.name = formal.name
        self.formal = formal
        self.scope = scope
        self.where = f"Parameter {formal.name!r} of {where}"

    @property
    def required(self) -> bool:
        return self.formal.default is Formal.empty and self.formal.kind is not Formal.VAR_KEYWORD

    @cached_property
    def annotation(self) -> Any:
        """The type, with names looked up; ``Any`` where none was written."""
        written = self.formal.annotation
        return Any if written is Formal.empty else resolve(written, self.scope(), self.where)

    @cached_property
    def validate(self) -> Callable[[Any], Any]:
        """Turns what was sent into what the annotation says, or raises pydantic's ``ValidationError``."""
        if self.annotation is Any:
            return unchanged
        # The validator itself: at two arguments a call, the adapter's own method would be half of the cost.
        return adapter_of(incoming(self.annotation), self.where).validator.validate_python

    def take(self, value: Any, path: str) -> Any:
        """``value`` as the parameter wants it. Raises ``ArgumentError`` naming the path below ``path``.

        A form may have several controls of one name; where one value is wanted the last counts, as in a ``QueryDict``.
        """
        try:
            return self.validate(value)
        except ValidationError as error:
            if isinstance(value, list) and value:
                with suppress(ValidationError):
                    return self.validate(value[-1])
            place, sentence = first_problem(error, value, path, secret=is_secret(self.annotation))
            # A chained error would be logged with the value.
            raise ArgumentError(f"{place}: {sentence}.", path=place) from None


def unchanged(value: Any) -> Any:
    return value


class Arguments:
    """The parameters of one method of a component class, without ``self`` and ``request``.

    With ``events`` the parameters ``value``, ``checked``, ``key`` and ``event`` may be filled from a browser's event;
    with ``lenient`` names that are not asked for are passed over; ``where`` names the method in messages.
    Raises ``DeclarationError`` for parameters that cannot be given by name.
    """

    def __init__(
        self, function: Callable[..., Any], owner: type, where: str, *, events: bool = False, lenient: bool = False
    ) -> None:
        self.where = where
        self.lenient = lenient
        formals = list(signature_of(function).parameters.values())
        check_formals(formals, where)
        self.takes_request = len(formals) > 1 and formals[1].name == "request"
        hidden, visible = formals[: 1 + self.takes_request], formals[1 + self.takes_request :]
        self.hidden = frozenset(formal.name for formal in hidden)

        module_globals = getattr(inspect.unwrap(function), "__globals__", None)
        made = [Parameter(formal, lambda: scope_of(owner, module_globals), where) for formal in visible]
        self.parameters = {p.name: p for p in made if p.formal.kind is not Formal.VAR_KEYWORD}
        self.extra = next((p for p in made if p.formal.kind is Formal.VAR_KEYWORD), None)
        self.required = frozenset(p.name for p in made if p.required)
        self.wanted = [name for name in FROM_EVENT if events and name in self.parameters]
        self.wants_event = events and "event" in self.parameters
        self.free = not self.required and not self.wants_event
        """Whether nothing has to be given."""

    @cached_property
    def plain(self) -> bool:
        """Whether checking them looks at nothing but what is given: not at a database, for one."""
        parameters = [*self.parameters.values(), *([self.extra] if self.extra is not None else ())]
        return all(parameter.annotation in PLAIN for parameter in parameters)

    def bind(self, given: Mapping[str, Any], event: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Keyword arguments for the function. Raises ``ArgumentError``: unknown, missing or invalid."""
        if self.wants_event or (event and self.wanted):
            given = self.completed(given, event or {})
        values = {}
        for name, value in given.items():
            parameter = self.parameters.get(name) or self.rest(name)
            if parameter is not None:
                values[name] = parameter.take(value, name)
        if not self.required <= values.keys():
            self.refuse_missing(values)
        return values

    def completed(self, given: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
        filled = {name: event[name] for name in self.wanted if name in event}
        return {"event": dict(event), **filled, **given} if self.wants_event else {**filled, **given}

    def rest(self, name: str) -> Parameter | None:
        """Where an argument goes that no parameter asks for."""
        if self.extra is not None and name not in self.hidden:
            return self.extra
        if self.lenient:
            return None
        raise unknown_argument(name, self.where, self.parameters)

    def refuse_missing(self, values: Mapping[str, Any]) -> None:
        name = next(name for name in self.parameters if name in self.required and name not in values)
        raise ArgumentError(
            f"{self.where} needs the argument {name!r}.",
            code="argument.missing",
            hint=f"Given were: {listed(values)}.",
            path=name,
        )


def unknown_argument(name: object, where: str, allowed: Iterable[str]) -> ArgumentError:
    """The refusal of an argument nobody asked for; lists what is allowed."""
    names = list(allowed)
    return ArgumentError(
        f"{where} takes no argument {shown(name)}.",
        code="argument.unknown",
        hint=f"Allowed are: {listed(names)}.",
        path=name if isinstance(name, str) and len(name) <= 80 else shown(name),
        allowed=names,
    )


def listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(shown(name)[1:-1] for name in names)) or "none"


def check_formals(formals: list[Formal], where: str) -> None:
    if not formals or formals[0].kind not in (Formal.POSITIONAL_ONLY, Formal.POSITIONAL_OR_KEYWORD):
        raise DeclarationError(f"{where} takes no self.", hint="Write it as an ordinary method.")
    for formal in formals[1:]:
        if formal.kind in (Formal.POSITIONAL_ONLY, Formal.VAR_POSITIONAL):
            written = f"*{formal.name}" if formal.kind is Formal.VAR_POSITIONAL else f"{formal.name}, /"
            raise DeclarationError(
                f"{where} declares {written!r}, but arguments are given by name.",
                hint="Write ordinary or keyword-only parameters, or **extra for the rest.",
            )
