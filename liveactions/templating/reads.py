"""What an expression reads, told from its source: which state fields, and what of a loop's variables.

A name is tracked when it is a state field of the component, or was given by ``with``, ``for``, ``include`` or a tag to
something that is tracked. Everything else (properties, methods, ``user``, names that nobody declared) may be another
thing at every turn.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.template.base import FilterExpression, Variable
from django.template.smartif import TokenBase

from liveactions.components import declaration
from liveactions.templating.context import EXTRAS
from liveactions.templating.slots import EVERYTHING, Reading, united

__all__ = [
    "CONSTANT",
    "Binding",
    "Names",
    "State",
    "derived",
    "given",
    "impurity",
    "leaving_loop",
    "merged",
    "of_condition",
    "of_expression",
    "of_variable",
    "operands",
    "path_of",
    "untracked",
]

CONSTANT: Final = Reading()


def untracked(why: str, *names: str) -> Reading:
    """What cannot be known, and why."""
    return Reading(fields=None, own=None, why=why, names=frozenset(names))


def merged(readings: Iterable[Reading]) -> Reading:
    """All of them together."""
    every = list(readings)
    if not every:
        return CONSTANT
    if len(every) == 1:
        return every[0]
    rows: dict[str, frozenset[tuple[str, ...]]] = {}
    for each in every:
        for variable, paths in each.rows.items():
            rows[variable] = rows.get(variable, frozenset()) | paths
    return Reading(
        fields=united(each.fields for each in every),
        own=united(each.own for each in every),
        rows=rows,
        positions=frozenset().union(*(each.positions for each in every)),
        why=next((each.why for each in every if each.why), ""),
        names=frozenset().union(*(each.names for each in every)),
    )


# ── Names ──


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name stands for in some part of a template.

    ``reading`` is what looking it up reads. If the name stands for a path of a loop's variable, ``loop`` is that
    variable and ``path`` the path; if for a path of another name, that is ``alias`` and ``path``.
    ``forloop``: it is the loop's own record. ``block``: it is ``{{ block }}``.
    """

    reading: Reading = CONSTANT
    loop: str = ""
    alias: str = ""
    path: tuple[str, ...] = ()
    forloop: bool = False
    block: bool = False

    def at(self, name: str, path: tuple[str, ...]) -> Reading:
        """What ``name.path`` reads."""
        found = replace(self.reading, names=frozenset({name}))
        if self.forloop:
            return replace(found, positions=frozenset({".".join(path) or EVERYTHING}))
        return replace(found, rows={self.loop: frozenset({self.path + path})}) if self.loop else found


class State:
    """The names that a component itself gives to its template."""

    def __init__(self, cls: type) -> None:
        self.component = cls
        self.fields = frozenset(declaration(cls).fields) - EXTRAS.keys()

    def __call__(self, name: str) -> Binding:
        if name in self.fields:
            fields = frozenset({name})
            return Binding(Reading(fields=fields, own=fields))
        if name in CONSTANTS:
            return Binding()
        return Binding(untracked(self.why(name)))

    def why(self, name: str) -> str:
        owner = self.component.__name__
        found = inspect.getattr_static(self.component, name, None)
        if name in EXTRAS:
            return f"{name} is not part of the state of {owner}"
        if isinstance(found, property) or hasattr(found, "func"):
            return f"{name} is a property of {owner}, which may read anything"
        if callable(found):
            return f"{name} is a method of {owner}, which may read anything"
        if found is not None:
            return f"{name} is an attribute of the class {owner}, not a state field"
        return f"{name} is not a state field of {owner}"


CONSTANTS: Final = frozenset({"True", "False", "None", "csrf_token"})
"""Names that mean the same for as long as a page lives."""


def nothing(name: str) -> Binding:  # noqa: ARG001  # one of the bases
    """Where a template is given nothing, a name that it was not given is never there."""
    return Binding()


Base = Callable[[str], Binding]


@dataclass(frozen=True, slots=True)
class Names:
    """What every name means in some part of a template."""

    base: Base
    bound: Mapping[str, Binding]

    def __getitem__(self, name: str) -> Binding:
        found = self.bound.get(name)
        return self.base(name) if found is None else found

    def binding(self, more: Mapping[str, Binding]) -> Names:
        """These, and more names that go before."""
        return replace(self, bound={**self.bound, **more})

    def alone(self, given: Mapping[str, Binding]) -> Names:
        """Only the names that were given, as in ``{% include … only %}``."""
        return Names(nothing, given)

    def looping(self, variables: Iterable[str], sequence: Reading) -> Names:
        """Inside a loop with these variables over a sequence that reads this."""
        names = list(variables)
        # Where a variable takes the name of one of a loop further out, paths of the two could not be told apart.
        kept = {name: COVERED if each.loop in names else each for name, each in self.bound.items()}
        item = Reading(fields=sequence.fields, why=sequence.why)
        rows = {name: Binding(item, loop=name) for name in names}
        return Names(self.base, {**kept, **rows, "forloop": Binding(item, forloop=True)})


COVERED: Final = Binding(untracked("two loops, one inside the other, use the same variable"))


def leaving_loop(reading: Reading, variables: Iterable[str]) -> Reading:
    """What the content of a loop reads, as seen from outside the loop."""
    inner = frozenset(variables)
    return replace(
        reading,
        rows={name: paths for name, paths in reading.rows.items() if name not in inner},
        positions=frozenset(filter(None, map(further_out, reading.positions))),
    )


PARENT: Final = "parentloop"


def further_out(position: str) -> str:
    """A position of the inner loop as one of the loop around it; "" if it says nothing about that."""
    if position in (EVERYTHING, PARENT):
        return EVERYTHING
    return position[len(PARENT) + 1 :] if position.startswith(f"{PARENT}.") else ""


def derived(reading: Reading) -> Binding:
    """A name for something that was made of what was read."""
    return Binding(replace(reading, names=frozenset()))


def given(expression: Any, names: Names) -> Binding:
    """What ``{% with name=expression %}`` makes ``name`` stand for."""
    made = derived(of_expression(expression, names))
    path = path_of(expression)
    if path is None:
        return made
    source = names[path[0]]
    if source.loop:
        return replace(source, path=source.path + path[1:])
    if source.forloop or source.block:
        return made
    return replace(made, alias=path[0], path=path[1:])


def path_of(expression: Any) -> tuple[str, ...] | None:
    """``("order", "customer", "name")`` for an expression that is nothing but this; else None."""
    if isinstance(expression, FilterExpression):
        if expression.filters:
            return None
        expression = expression.var
    found: tuple[str, ...] | None = getattr(expression, "lookups", None)
    return found


# ── Expressions ──


def of_variable(variable: Any, names: Names) -> Reading:
    """What a variable, or a constant in the place of one, reads."""
    if not isinstance(variable, Variable) or variable.lookups is None:
        return CONSTANT
    name, *path = variable.lookups
    return names[name].at(name, tuple(path))


def of_expression(expression: Any, names: Names) -> Reading:
    """What a variable with its filters reads: the variable, and the arguments of the filters."""
    if not isinstance(expression, FilterExpression):
        return of_variable(expression, names)
    readings = [of_variable(expression.var, names)]
    for function, arguments in expression.filters:
        readings += [of_variable(value, names) for is_variable, value in arguments if is_variable]
        if why := impurity(function):
            readings.append(untracked(why))
    return merged(readings)


def of_condition(condition: Any, names: Names) -> Reading:
    """What the condition of an ``{% if %}`` reads; None is the condition of an ``{% else %}``."""
    return merged(of_expression(expression, names) for expression, _ in operands(condition))


LOGIC: Final = frozenset({"and", "or", "not"})


def operands(condition: Any, *, bare: bool = True) -> Iterator[tuple[Any, bool]]:
    """The expressions in a condition, and whether only the truth of each matters."""
    if not isinstance(condition, TokenBase):
        return
    if isinstance(condition.value, FilterExpression):
        yield condition.value, bare
    for part in (condition.first, condition.second):
        yield from operands(part, bare=bare and condition.id in LOGIC)


PURE: Final = frozenset(
    {
        "django.template.defaultfilters",
        "django.templatetags.i18n",
        "django.templatetags.l10n",
        "django.templatetags.static",
        "django.templatetags.tz",
        "django.contrib.humanize.templatetags.humanize",
    }
)
"""Modules whose filters make the same of the same."""
IMPURE: Final = {
    "random": "random",
    "timesince_filter": "timesince",
    "timeuntil_filter": "timeuntil",
    "naturaltime": "naturaltime",
    "naturalday": "naturalday",
}
"""The filters in them that do not."""


def impurity(function: Any) -> str:
    """Why a filter or tag function may not make the same of the same; "" if it does.

    A function says so itself with ``function.live_pure = True``.
    """
    declared = getattr(function, "live_pure", None)
    inner = inspect.unwrap(function)
    name = getattr(inner, "__name__", "?")
    known = getattr(inner, "__module__", "") in PURE
    if declared or (declared is None and known and name not in IMPURE):
        return ""
    if known:
        return f"the filter {IMPURE.get(name, name)} does not always make the same of the same"
    return f"{name}() is not known to make the same of the same (if it does, say {name}.live_pure = True)"
