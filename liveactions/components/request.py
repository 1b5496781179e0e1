"""The action request: who called what, from where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ActionRequest"]

NOTICE = "_notice"


@dataclass(eq=False)
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

    scene: Any = field(default=None, repr=False)
    parent_request: Any = field(default=None, repr=False)

    @property
    def has_response(self) -> bool:
        """Whether the builder holds anything."""
        return False

    def collect(self) -> list[Any]:
        """What the builder holds, as results; it begins anew."""
        return []

    def find(self, component: Any) -> Any:
        """Another component of the page, by its name or class; None if there is none."""
        return None if self.scene is None else self.scene.find(component)

    @property
    def parent(self) -> Any:
        """The component around the one that speaks, or under its window."""
        return None if self.scene is None else self.scene.parent

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
