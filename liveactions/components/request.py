"""The action request: who called what, from where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ActionRequest"]

NOTICE = "_notice"


@dataclass(frozen=True, init=False)
class ActionRequest:
    """One call, as the action sees it (``self.request``, or a first parameter named ``request``).

    ``page`` is the page session's id and ``component`` the id of the component in it; ``call`` is the page's own
    number of the call. ``args`` are the arguments as they were sent, ``event`` what happened in the browser
    (``type``, ``value``, ``checked``, ``key``, ``name``) and ``flags`` what the client adds (``confirmed``).
    """

    user: Any = None
    page: str = ""
    component: int = 0
    action: str = ""
    call: int = 0
    args: Mapping[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)
    flags: Mapping[str, Any] = field(default_factory=dict)
    is_interactive: bool = True
    """False when no person waits for the answer: a command, a task, a test."""

    def __init__(
        self,
        *,
        user: Any = None,
        page: str = "",
        component: int = 0,
        action: str = "",
        call: int = 0,
        args: Mapping[str, Any] | None = None,
        event: Mapping[str, Any] | None = None,
        flags: Mapping[str, Any] | None = None,
        is_interactive: bool = True,
    ) -> None:
        # At once: field by field, as frozen dataclasses do it, takes three times as long, and every call makes one.
        vars(self).update(
            user=user,
            page=page,
            component=component,
            action=action,
            call=call,
            args={} if args is None else args,
            event={} if event is None else event,
            flags={} if flags is None else flags,
            is_interactive=is_interactive,
        )

    def notice(self, read: Callable[[], None]) -> None:
        """Have ``read`` called whenever somebody asks for the user."""
        vars(self)[NOTICE] = read

    @property
    def tab(self) -> str:
        """The tab that called: one page session is one tab."""
        return self.page

    @property
    def confirmed(self) -> bool:
        """True when the user has said yes to the action's ``confirm`` question."""
        return self.flags.get("confirmed") is True


class NoticedUser:
    """``ActionRequest.user``, which tells when it is read."""

    def __get__(self, request: ActionRequest | None, owner: type) -> Any:
        if request is None:
            return None
        own = vars(request)
        if NOTICE in own:
            own[NOTICE]()
        return own["user"]

    def __set__(self, request: ActionRequest, user: Any) -> None:
        vars(request)["user"] = user


ActionRequest.user = NoticedUser()
