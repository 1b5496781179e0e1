"""Asking at run time whether what an expression reads is data: only then can the fields it reads vouch for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from django.template.base import FilterExpression, Variable

from liveactions.templating.reads import Binding, Names, of_expression, operands
from liveactions.templating.trails import ASK, SCALARS, data, follow, is_data

if TYPE_CHECKING:
    from liveactions.templating.slots import Run

__all__ = ["Probe", "Use", "are_plain", "exported", "of_condition", "probes_of", "suits"]


class Use(Enum):
    """What is done with a value."""

    PASSED = "passed on: whoever gets it has a probe of its own"
    TRUTH = "only its truth matters"
    WHOLE = "all of it matters"


MEASURES: Final = frozenset({"length", "length_is", "yesno", "pluralize"})
"""Filters that see of a container no more than its size."""
CHOICES: Final = frozenset({"default", "default_if_none", "first", "last", "slice_filter"})
"""Filters that answer one of their operands, or a part of one, as it is."""
CONTAINERS: Final = frozenset({list, tuple, dict, set, frozenset, type({}.items()), type({}.keys()), type({}.values())})


@dataclass(frozen=True, slots=True)
class Probe:
    """Looks at what stands at ``name.path`` in the context, before ``filters`` (their names) make something of it."""

    name: str
    path: tuple[str, ...]
    use: Use
    filters: tuple[str, ...] = ()

    def __call__(self, run: Run) -> bool:
        """Whether it is data."""
        value, plain = data(run.context.get(self.name))
        if value is not ASK:
            value, plain = follow(value, self.path)
        return plain if value is ASK else suits(value, self.use, self.filters)


def suits(value: Any, use: Use, filters: tuple[str, ...]) -> bool:
    """Whether a value that was reached through data is itself data, as far as it is used."""
    kind = type(value)
    if kind in SCALARS:
        return True
    if filters and filters[0] in MEASURES and kind in CONTAINERS:
        return True
    if use is Use.WHOLE or not CHOICES.issuperset(filters):
        return is_data(value)
    if use is Use.PASSED:
        return not filters or kind in CONTAINERS
    return kind in CONTAINERS or issubclass(kind, Enum) or not (hasattr(kind, "__bool__") or hasattr(kind, "__len__"))


def are_plain(probes: Iterable[Probe], run: Run) -> bool:
    """Whether everything that is probed is data."""
    return all(probe(run) for probe in probes)


def probes_of(expressions: Iterable[Any], names: Names, use: Use) -> tuple[Probe, ...]:
    """The probes that expressions need. None if what they read is not known anyway: they are always evaluated."""
    return tuple(probe for each in expressions for probe in of_one(each, names, use))


def of_one(expression: Any, names: Names, use: Use) -> Iterator[Probe]:
    if of_expression(expression, names).own is None:
        return
    filters: list[Any] = []
    variable = expression
    if isinstance(expression, FilterExpression):
        variable, filters = expression.var, expression.filters
    yield from of_variable(variable, names, use, tuple(name_of(function) for function, _ in filters))
    for _, arguments in filters:
        for is_variable, value in arguments:
            if is_variable:
                yield from of_variable(value, names, Use.WHOLE)


def of_variable(variable: Any, names: Names, use: Use, filters: tuple[str, ...] = ()) -> Iterator[Probe]:
    if isinstance(variable, Variable) and variable.lookups is not None:
        name, *path = variable.lookups
        # A loop compares what is read of its variables itself.
        if needs_probe(names[name]):
            yield Probe(name, tuple(path), use, filters)


def needs_probe(binding: Binding) -> bool:
    return not (binding.loop or binding.forloop or binding.block) and bool(binding.reading.fields)


def name_of(function: Any) -> str:
    return str(getattr(function, "__name__", ""))


def of_condition(condition: Any, names: Names) -> tuple[Probe, ...]:
    """The probes that a condition needs."""
    found: list[Probe] = []
    for expression, bare in operands(condition):
        found += of_one(expression, names, Use.TRUTH if bare else Use.WHOLE)
    return tuple(found)


def exported(inner: Iterable[Probe], bound: dict[str, Binding]) -> Iterator[Probe]:
    """The probes of the content of a tag that gives names, as they can be asked outside of it."""
    for probe in inner:
        binding = bound.get(probe.name)
        if binding is None:
            yield probe
        elif binding.alias:
            yield replace(probe, name=binding.alias, path=binding.path + probe.path)
