"""The declaration: everything a component class says about itself, collected once when it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dis import get_instructions
from functools import cached_property
from types import CodeType
from typing import Any, Final, get_origin

from liveactions.components.actions import ActionSpec, actions_of
from liveactions.components.arguments import Arguments
from liveactions.components.attributes import attach
from liveactions.components.fields import Field, Written, fields_of
from liveactions.components.life import LIFE
from liveactions.components.listeners import ListenerSpec, listeners_of
from liveactions.components.presence import Presence
from liveactions.components.tracking import SCALARS
from liveactions.components.watch import HOST, WATCHED, Watched
from liveactions.errors import DeclarationError

__all__ = ["RESERVED", "Declaration", "declaration", "declare"]

GIVEN: Final = ("id", "page", "request", "user", "address")
"""What the package gives to every instance."""
RESERVED: Final = frozenset({*GIVEN, *LIFE, "create", "template", "template_name"})
"""Names that cannot be state."""

STREAMLESS: Final = SCALARS | {list, tuple, dict, set, frozenset}
"""What a field may be declared as, or as one of, that is never a stream."""
DECLARATION: Final = "__liveactions_declaration__"
GIVES: Final = "__liveactions_gives__"
"""Where a class of the package lists what of that it gives in a way of its own."""


@dataclass(eq=False)
class Declaration:
    """What a class declares, inherited things included.

    ``fields``, ``actions`` and ``listeners`` are tables by name (by event for listeners); ``signals`` and ``bound``
    are the names of the fields that live in the browser, and that it may write.
    """

    component: type
    template_name: str | None
    template: str | None
    fields: dict[str, Field]
    actions: dict[str, ActionSpec]
    listeners: dict[str, tuple[ListenerSpec, ...]]
    signals: tuple[str, ...]
    bound: tuple[str, ...]
    hooked: bool
    """Whether it has an ``updated`` of its own."""
    topical: bool
    """Whether it has ``topics`` of its own, or is present in some."""
    shifting: bool
    """Whether these may become others while it lives."""
    presences: dict[str, Presence]
    """The fields that are told who is present."""
    name: str = ""
    """The public name; the registry gives it when the class enrols."""

    @property
    def concrete(self) -> bool:
        """True when the component has a template, so that it can be placed in a page."""
        return self.template_name is not None or self.template is not None

    @cached_property
    def streamless(self) -> bool:
        """Whether each field is declared as something that is no stream: a text, a number, a list."""
        kinds = [field.annotation for field in self.fields.values()]
        return all((get_origin(kind) or kind) in STREAMLESS for kind in kinds)

    @cached_property
    def mount(self) -> Arguments:
        """The parameters of the class's ``mount``."""
        cls = self.component
        function: Callable[..., Any] = cls.mount  # type: ignore[attr-defined]
        owner = next(base for base in cls.__mro__ if "mount" in vars(base))
        return Arguments(function, owner, f"{cls.__qualname__}.mount")


def declaration(cls: type) -> Declaration:
    """What ``cls`` declares. Raises ``DeclarationError`` for what is not a component class."""
    try:
        found: Declaration = vars(cls)[DECLARATION]
    except (KeyError, TypeError):
        raise DeclarationError(f"{cls!r} is not a component class.", hint="Subclass Component.") from None
    return found


def declare(cls: type, *, root: type) -> Declaration:
    """Collect what ``cls`` declares below ``root`` (Component itself) and keep it on the class."""
    fields = fields_of(cls, root=root)
    check_reserved(cls, fields, root)
    check_life(cls, root)
    actions = actions_of(cls)
    presences = {name: field.written for name, field in fields.items() if isinstance(field.written, Presence)}
    check_action_names(cls, actions, fields)
    made = Declaration(
        component=cls,
        template_name=text_of(cls, "template_name"),
        template=text_of(cls, "template"),
        fields=fields,
        actions=actions,
        listeners=listeners_of(cls),
        signals=tuple(name for name, field in fields.items() if field.signal),
        bound=tuple(name for name, field in fields.items() if field.bind),
        hooked=cls.updated is not root.updated,  # type: ignore[attr-defined]
        topical=cls.topics is not root.topics or bool(presences),  # type: ignore[attr-defined]
        shifting=bool(presences) or not is_constant(cls.topics),  # type: ignore[attr-defined]
        presences=presences,
    )
    setattr(cls, DECLARATION, made)
    setattr(cls, WATCHED, watched(made))
    attach(cls, fields)
    return made


def watched(made: Declaration) -> Watched:
    return Watched(
        names=tuple(made.fields),
        signals=frozenset(made.signals),
        hooked=made.hooked,
        own=HOST.union(made.fields),
    )


def is_constant(function: Any) -> bool:
    """Whether a method looks at nothing, neither at ``self`` nor at what stands around it, as ``return ["news"]``."""
    code: CodeType | None = getattr(function, "__code__", None)
    if code is None or code.co_names or code.co_freevars or any(isinstance(each, CodeType) for each in code.co_consts):
        return False
    itself = set(code.co_varnames[:1])
    return not any(itself.intersection(each.argrepr.split(", ")) for each in get_instructions(code))


def text_of(cls: type, name: str) -> str | None:
    value = getattr(cls, name)
    if value is None or (isinstance(value, str) and value):
        return value
    raise DeclarationError(f"{cls.__qualname__}.{name} is {value!r}.", hint="Write a string, or None for no template.")


def check_reserved(cls: type, fields: Iterable[str], root: type) -> None:
    taken = RESERVED.intersection(fields)
    if cls is not root:
        taken |= vars(cls).keys() & {*GIVEN, "create"} - {*vars(cls).get(GIVES, ())}
    if taken:
        raise DeclarationError(
            f"{cls.__qualname__} cannot use the name {min(taken)!r}: every component has it already.",
            hint=f"Reserved are: {', '.join(sorted(RESERVED))}. "
            'A template is set without an annotation: template_name = "…".',
        )
    stray = [name for name, value in vars(cls).items() if isinstance(value, Written) and name not in set(fields)]
    if stray:
        raise DeclarationError(
            f"{cls.__qualname__}.{stray[0]} is declared without a type, or with a leading underscore.",
            hint=f"Write {stray[0].lstrip('_')}: type = field(…).",
        )


def check_life(cls: type, root: type) -> None:
    if cls is root:
        return
    if "__init__" in vars(cls):
        raise DeclarationError(
            f"{cls.__qualname__} defines __init__, which also runs when state is restored.", hint="Define mount()."
        )
    for name in LIFE:
        if name in vars(cls) and not callable(vars(cls)[name]):
            raise DeclarationError(
                f"{cls.__qualname__}.{name} is {vars(cls)[name]!r}.", hint=f"Define it as a method: def {name}(self)."
            )


def check_action_names(cls: type, actions: dict[str, ActionSpec], fields: Iterable[str]) -> None:
    private = RESERVED.union(fields)
    for spec in actions.values():
        if spec.attribute in private:
            raise DeclarationError(
                f"{cls.__qualname__}.{spec.attribute} cannot be an action: the name has a meaning already.",
                hint="Rename the method.",
            )
