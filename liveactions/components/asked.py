"""The request of the call that a component answers: made for whom asks for it. Few actions do, and it is large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from liveactions.components.watch import reader_of

if TYPE_CHECKING:
    from liveactions.components.request import ActionRequest, Scene

__all__ = ["Asked", "answer_in", "ask_nothing"]

SCENE: Final = "_scene"
"""Where a component keeps what makes its request. One that was made, or given, stands under ``request``."""


class Asked:
    """The attribute ``request`` of a component that was not given one."""

    def __get__(self, component: Any, owner: type | None = None) -> ActionRequest | None:
        scene: Scene | None = None if component is None else component.__dict__.get(SCENE)
        if scene is None:
            return None
        request = component.__dict__["request"] = scene.present_request()
        request.notice(reader_of(component))
        return request


def answer_in(component: Any, scene: Scene) -> None:
    """From now on the component answers what is asked in this scene."""
    have = component.__dict__
    if "request" in have:
        del have["request"]
    have[SCENE] = scene


def ask_nothing(component: Any) -> None:
    """The component answers nothing any more."""
    for name in (SCENE, "request"):
        component.__dict__.pop(name, None)
