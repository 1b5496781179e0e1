"""An action of a shared component, run on one version: who may, what it offers as the next, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from liveactions.components import ActionOptions, ActionRequest, ActionSpec, Callback, Component, allowed, write
from liveactions.errors import LocalError
from liveactions.runtime import atomic
from liveactions.runtime.calls import FOLLOWING
from liveactions.runtime.fitting import fitting
from liveactions.runtime.gallery import Desk, hidden
from liveactions.runtime.ports import Offer, Step, Taken
from liveactions.runtime.runs import KINDS, Follow, Run, forbidden, request_of
from liveactions.runtime.scene import Item, Scene, used_up
from liveactions.runtime.stepping import Stepping

if TYPE_CHECKING:
    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Page
    from liveactions.wire.frames import Call

__all__ = ["Attempt", "called", "written"]

AT_DESK = 0
"""The id of a component at its desk; on pages ids begin with 1."""


class Attempt(Run):
    """One run of an action on one version. Raises ``Outdated`` if that is not the latest.

    ``at`` is where the component stands in the page of the caller.

    If the action is atomic, its transaction decides: the next version is there when that is committed. Else the version
    decides, and what the action did is undone where it was not taken.
    """

    taken: Taken | None = None
    """What has become of the version that it offered, if it offered one."""

    def __init__(
        self,
        page: Page,
        at: Node,
        spec: ActionSpec | Follow,
        options: ActionOptions,
        bind: Callable[[], Callable[[], Any]],
        *,
        stepping: Stepping,
        desk: Desk,
        request: ActionRequest,
    ) -> None:
        super().__init__(page, desk.node, spec, options, bind, number=request.call, request=request)
        self.stepping = stepping
        self.desk = desk
        self.at = at

    async def done(self) -> tuple[list[Item], Taken | None]:
        """Run it: what its caller is told, and what became of the version that it offered."""
        with self:
            database = self.database
            items = self.placed(await (self.committed(database) if database else KINDS[self.spec.kind](self)))
            return items, self.taken

    def placed(self, items: list[Item]) -> list[Item]:
        """The same, said in the page of the caller."""
        return [(self.at.id if scope == AT_DESK else scope, result) for scope, result in items]

    # Atomic: see ``runtime/atomic`` ---------------------------------------------------------------------------

    async def committed(self, database: str) -> list[Item]:
        self.offered = Offer(self.offer)
        items = await atomic.results(self, database)
        self.taken = self.offered.taken
        if self.taken is None and self.offered.step is not None:
            self.stepping.leave_desk()  # it will be taken, by whoever can; until then it is not the latest
        return items

    def settled(self, value: Any) -> list[Item]:
        return self.placed(fitting(self.page, self.told([], value)))

    # Any other ------------------------------------------------------------------------------------------------

    def whole(self) -> list[Item]:
        bound = self.bind()
        self.watch = self.node.begin()
        items: list[Item] = []

        def work() -> Step | None:
            items.extend(fitting(self.page, self.told([], used_up(bound()))))
            return self.offer()

        try:
            self.taken = self.stepping.settle(work, atomic=self.options.atomic is not False)
        except BaseException:
            self.recover()
            raise
        return items

    def offer(self) -> Step | None:
        assert self.watch is not None
        step = self.desk.offer(self.watch)
        if step is not None:
            self.stepping.check(step)
        return step

    async def settled_later(self, value: Any) -> list[Item]:
        answer = value if value is None else used_up(value)
        items = await self.thread(lambda: fitting(self.page, self.told([], answer)))
        step = await self.thread(self.offer)
        if step is not None:
            self.taken = await self.stepping.take(step)
        return items

    @property
    def parent(self) -> Component | None:
        around = self.at.parent
        return None if around is None else self.join(around)

    async def ask(self, callback: Callback) -> str:
        raise cannot_ask(callback)

    def performed(self, result: Any, depth: int = 0) -> list[Item]:
        if isinstance(result, Callback):
            raise cannot_ask(result)
        return Scene.performed(self, result, depth)


def called(page: Page, at: Node, spec: ActionSpec, frame: Call, stepping: Stepping) -> Callable[[Desk], Attempt]:
    """The action of a ``CALL``, as it is run at each desk anew."""

    def attempt(desk: Desk) -> Attempt:
        request = request_of(page, at, frame)

        def bind() -> Callable[[], Any]:
            desk.component.request = request
            check(desk, spec.options.permission)
            return spec.bind(desk.component, frame.args, frame.event, request)

        return Attempt(page, at, spec, spec.options, bind, stepping=stepping, desk=desk, request=request)

    return attempt


def written(
    page: Page, at: Node, values: Mapping[str, Any], number: int, stepping: Stepping
) -> Callable[[Desk], Attempt]:
    """Bound fields, as they are written at each desk anew, for everybody."""

    def attempt(desk: Desk) -> Attempt:
        user = page.tree.surroundings.user
        request = page.host.request(user=user, page=page.page_id, component=at.id, action="@set", call=number)

        def write_all() -> None:
            write(desk.component, values)

        def bind() -> Callable[[], Any]:
            desk.component.request = request
            check(desk, None)
            return write_all

        spec = Follow("sync", "@set", write)
        return Attempt(page, at, spec, FOLLOWING, bind, stepping=stepping, desk=desk, request=request)

    return attempt


def check(desk: Desk, permission: Any) -> None:
    """Raises ``CallError`` unless the user of the call may see the component, and do what wants ``permission``."""
    if not desk.component.may_view(desk.component.user):
        raise hidden(desk.node.name)
    if permission is not None and not allowed(permission, desk.component):
        raise forbidden()


def cannot_ask(callback: Callback) -> LocalError:
    return LocalError(
        f"{callback.message!r} cannot be asked by a shared component: others would wait for the answer.",
        hint='Ask before it is called: @action(confirm="…"), or live-confirm.',
    )
