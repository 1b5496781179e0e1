"""Actions: the methods a browser may call, and only those.

``@action`` marks a method; the class collects the marked ones when it is made. Subclasses

* inherit actions;
* override one with another ``@action`` method: options that are not given again stay as they were inherited,
  so a permission is not lost by overriding; but what was promised of a body is not promised of another one;
* take one back by overriding it with None, or with a method that is not marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, partial
from typing import Any, Final, Literal, TypeVar, cast, overload

from liveactions.components.arguments import Arguments, kind_of
from liveactions.components.permission import Permission, check_permission
from liveactions.errors import DeclarationError

__all__ = ["ActionOptions", "ActionSpec", "Kind", "action", "actions_of", "overrides"]

Function = TypeVar("Function", bound=Callable[..., Any])
Kind = Literal["sync", "async", "generator", "async generator"]

MARK: Final = "__liveactions_action__"
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class ActionOptions:
    """How an action is run.

    ``permission`` who may (see ``permission.py``); ``confirm`` a question the user must say yes to (or
    a dict of its ``message``, ``title``, ``ok``, ``cancel`` and ``variant``; ``{count}`` is the number of those
    selected); ``atomic`` whether what it does, what it tells others and the receipt of the call are one transaction
    of a database (its name, or True for the usual one; None: as the site's setting says); ``parallel`` whether it may
    run beside other calls of its page; ``throttle`` the least number of seconds between two calls from one page;
    ``render`` whether the component is rendered again afterwards; ``background`` whether it runs on a worker, while
    the page goes on; ``repeatable`` whether it changes nothing but components of its page, so that another process may
    run it again from the state that was kept if its own ends before the answer is kept with the new one.
    """

    permission: Permission | None = None
    confirm: str | Mapping[str, str] | None = None
    atomic: bool | str | None = None
    parallel: bool = False
    throttle: float | None = None
    render: bool = True
    background: bool = False
    repeatable: bool = False

    @cached_property
    def beside(self) -> bool:
        """Whether it may run beside the other calls of its page."""
        return self.parallel or self.background


def flag(value: object) -> bool:
    return isinstance(value, bool)


def none_or(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or check(value)


def is_question(value: object) -> bool:
    if isinstance(value, str):
        return value.strip() != ""
    return (
        isinstance(value, Mapping)
        and bool(value.get("message"))
        and value.keys() <= {"message", "title", "ok", "cancel", "variant"}
        and all(isinstance(text, str) for text in value.values())
        and value.get("variant", "primary") in ("primary", "danger", "warning")
    )


CHECKS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "name": (
        none_or(lambda value: isinstance(value, str) and NAME.fullmatch(value) is not None),
        "a letter, then letters, digits and any of _ . -",
    ),
    "confirm": (
        none_or(is_question),
        "a question, None, or a dict with message and any of title, ok, cancel and variant (primary, danger, warning)",
    ),
    "atomic": (
        none_or(lambda value: flag(value) or (isinstance(value, str) and value != "")),
        "True, False, the name of a database, or None (as the site's setting says)",
    ),
    "parallel": (flag, "True or False"),
    "throttle": (
        none_or(lambda value: isinstance(value, (int, float)) and not flag(value) and value > 0),
        "a number of seconds above 0, or None",
    ),
    "render": (flag, "True or False"),
    "background": (flag, "True or False"),
    "repeatable": (flag, "True or False"),
}


PROMISES: Final = frozenset({"repeatable"})
"""Options that say something of the body of a method, and nothing of one that overrides it."""

OPTIONS: Final = ("name", *(option.name for option in fields(ActionOptions)))


@overload
def action(function: Function, /) -> Function: ...
@overload
def action(
    name: str | None = None,
    *,
    permission: Permission | None = ...,
    confirm: str | Mapping[str, str] | None = ...,
    atomic: bool | str | None = ...,
    parallel: bool = ...,
    throttle: float | None = ...,
    render: bool = ...,
    background: bool = ...,
    repeatable: bool = ...,
) -> Callable[[Function], Function]: ...


def action(target: Any = None, /, **options: Any) -> Any:
    """Let browsers call this method: ``@action``, ``@action("public_name")``, ``@action(permission=…, atomic=…)``.

    The options are those of ``ActionOptions`` and ``name``. Raises ``DeclarationError`` for any other one.
    """
    if isinstance(target, str):
        if "name" in options:
            raise DeclarationError(f"@action got two names: {target!r} and {options['name']!r}.", hint="Give one.")
        target, options = None, {"name": target, **options}
    check_options(options)
    return partial(mark, options=options) if target is None else mark(target, options)


def check_options(given: Mapping[str, Any]) -> None:
    if unknown := sorted(set(given) - set(OPTIONS)):
        raise DeclarationError(
            f"@action does not know the option {unknown[0]!r}.", hint=f"Allowed are: {', '.join(OPTIONS)}."
        )
    for option, (fits, allowed) in CHECKS.items():
        if option in given and not fits(given[option]):
            raise DeclarationError(f"@action({option}={given[option]!r}) cannot be.", hint=f"Allowed: {allowed}.")
    if given.get("permission") is not None:
        check_permission(given["permission"], "@action")


def mark(function: Any, options: Mapping[str, Any]) -> Any:
    if isinstance(function, (staticmethod, classmethod, type)) or not callable(function):
        raise DeclarationError(
            f"@action was put on {function!r}, which is not a method.", hint="Put it right above (async) def."
        )
    setattr(function, MARK, dict(options))
    # A Django template calls whatever it can; this attribute tells it not to.
    function.alters_data = True
    return function


@dataclass(frozen=True)
class ActionSpec:
    """One action of one class: ``name`` is what browsers say, ``attribute`` what Python says."""

    name: str
    attribute: str
    function: Callable[..., Any]
    options: ActionOptions
    kind: Kind
    arguments: Arguments

    @property
    def takes_request(self) -> bool:
        """True when the first parameter is named ``request``."""
        return self.arguments.takes_request

    @cached_property
    def harmless(self) -> bool:
        """Whether ``bind``, and who may, want nothing that could make them wait."""
        return self.options.permission is None and self.arguments.plain

    def bind(
        self,
        component: object,
        args: Mapping[str, Any],
        event: Mapping[str, Any] | None = None,
        request: object = None,
    ) -> Callable[[], Any]:
        """The call, ready to run: ``args`` are checked and converted, ``event`` fills what it can.

        Raises ``ArgumentError`` (``argument.unknown``, ``argument.missing``, ``argument.invalid``) naming the path.
        """
        arguments = self.arguments
        first = (component, request) if arguments.takes_request else (component,)
        if arguments.free and not args and not event:
            return partial(self.function, *first)
        return partial(self.function, *first, **arguments.bind(args, event))


def overrides(cls: type, attribute: str) -> list[Any]:
    """What ``cls`` and its bases have under this name, the one that counts first."""
    return [vars(base)[attribute] for base in cls.__mro__ if attribute in vars(base)]


def actions_of(cls: type) -> dict[str, ActionSpec]:
    """The actions of ``cls`` by their public names. Raises ``DeclarationError`` for two of one name."""
    specs: dict[str, ActionSpec] = {}
    attributes = dict.fromkeys(name for base in reversed(cls.__mro__) for name in vars(base))
    for attribute in attributes:
        spec = spec_of(cls, attribute)
        if spec is None:
            continue
        if other := specs.get(spec.name):
            raise DeclarationError(
                f"{cls.__qualname__} has two actions named {spec.name!r}: {other.attribute} and {attribute}.",
                hint='Give one of them another name: @action("…").',
            )
        specs[spec.name] = spec
    return specs


def spec_of(cls: type, attribute: str) -> ActionSpec | None:
    versions = overrides(cls, attribute)
    function = versions[0]
    given: dict[str, Any] = {}
    for version in versions:
        own = options_of(version)
        if own is None:
            break
        if version is not function:
            own = {option: value for option, value in own.items() if option not in PROMISES}
        given = {**own, **given}
    if options_of(function) is None:
        return None
    where = f"{cls.__qualname__}.{attribute}"
    check_attribute(function, attribute, where)
    owner = next(base for base in cls.__mro__ if attribute in vars(base))
    name = given.pop("name", None) or attribute
    options = ActionOptions(**given)
    arguments = Arguments(function, owner, where, events=True)
    return ActionSpec(name, attribute, function, options, cast(Kind, kind_of(function)), arguments)


def options_of(version: object) -> dict[str, Any] | None:
    """What ``@action`` was given, also when a static or class method was made of it; None without the mark."""
    options: dict[str, Any] | None = getattr(getattr(version, "__func__", version), MARK, None)
    return options


def check_attribute(function: object, attribute: str, where: str) -> None:
    if isinstance(function, (staticmethod, classmethod)):
        raise DeclarationError(f"{where} is not an ordinary method.", hint="Remove @staticmethod or @classmethod.")
    if attribute.startswith("_"):
        raise DeclarationError(
            f"{where} is private by its name, but marked with @action.", hint="Remove the underscore, or the mark."
        )
