"""Who may run an action.

A permission is one of

* ``"desk.change_order"``: ``user.has_perm`` is asked; an anonymous user has no permissions;
* a function of one parameter: of the component if it is called ``component`` or ``self``, else of the user;
* a tuple of these: all of them must hold.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeAlias

from liveactions.components.annotations import signature_of
from liveactions.errors import DeclarationError, LocalError

__all__ = ["Permission", "allowed", "check_permission"]

Permission: TypeAlias = str | Callable[[Any], bool] | tuple[str | Callable[[Any], bool], ...]


def allowed(permission: Permission | None, component: Any) -> bool:
    """Whether the component's present user may. None allows everyone. May query the database."""
    if permission is None:
        return True
    if isinstance(permission, tuple):
        return all(allowed(part, component) for part in permission)
    if isinstance(permission, str):
        has_perm = getattr(component.user, "has_perm", None)
        return has_perm is not None and has_perm(permission) is True
    return asked(permission, component)


def asked(test: Callable[[Any], Any], component: Any) -> bool:
    subject = component if wants_component(test) else component.user
    if subject is None:
        return False
    answer = test(subject)
    if inspect.isawaitable(answer):  # it would count as true
        if inspect.iscoroutine(answer):
            answer.close()  # or Python warns, much later, that nobody awaited it
        raise LocalError(f"The permission {named(test)} answered with an awaitable.", hint="Write it without async.")
    return bool(answer)


def wants_component(test: Callable[[Any], bool]) -> bool:
    try:
        first = next(iter(signature_of(test).parameters), None)
    except ValueError:  # a builtin that does not tell
        return False
    return first in ("component", "self")


def check_permission(permission: object, where: str) -> None:
    """Raises ``DeclarationError`` for what could not be asked, or would let everybody in by mistake."""
    if isinstance(permission, tuple) and permission:
        for part in permission:
            check_permission(part, where)
        return
    if isinstance(permission, str) and permission:
        return
    if callable(permission) and not inspect.iscoroutinefunction(permission):
        return
    raise DeclarationError(
        f"{where} has permission={permission!r}.",
        hint='Allowed are a name ("app.codename"), a function of the user or the component (not async), '
        "or a tuple of these.",
    )


def named(test: Callable[[Any], bool]) -> str:
    return getattr(test, "__qualname__", repr(test))
