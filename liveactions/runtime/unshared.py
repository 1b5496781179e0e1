"""Where there are no shared components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liveactions.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liveactions.components import Showing
    from liveactions.runtime.node import Drawing

__all__ = ["NO_GALLERY", "NO_SHARING", "NoGallery", "NoSharing"]


class NoGallery:
    """The ``Gallery`` of a tree that has none."""

    def show(self, showing: Showing, user: Any) -> tuple[Drawing, dict[str, str]]:  # noqa: ARG002  # as ports say
        raise LocalError(f"{showing.of} is shared and cannot be rendered here.", hint="Place it in a page.")

    def may_view(self, showing: Showing, user: Any) -> bool:  # noqa: ARG002
        return False


class NoSharing:
    """The ``Sharing`` of a host that has none."""

    def seat(self, page: object) -> None: ...

    def leave(self, page: object) -> None: ...

    def call(self, page: object, node: Any, spec: object, frame: object) -> Any:  # noqa: ARG002
        raise LocalError(f"{node.name} is shared and cannot be called here.")

    async def write(self, page: object, node: Any, values: Mapping[str, Any], number: int) -> list[Any]:  # noqa: ARG002
        raise LocalError(f"{node.name} is shared and cannot be written here.")

    async def hide(self, page: object) -> None: ...

    async def settled(self) -> bool:
        return False


NO_GALLERY = NoGallery()
NO_SHARING = NoSharing()
