"""What is about to run: the action of a call, what follows from an earlier one, a listener, and who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from liveactions.components import ActionOptions, ActionSpec, ListenerSpec, allowed
from liveactions.components.asked import answer_in
from liveactions.errors import CallError
from liveactions.results import Confirm
from liveactions.runtime.runs import Follow, Run, forbidden, request_of
from liveactions.wire.frames import Call

if TYPE_CHECKING:
    from liveactions.components import ActionRequest
    from liveactions.runtime.node import Node
    from liveactions.runtime.page import Page

__all__ = [
    "FOLLOWING",
    "Found",
    "action_of",
    "call",
    "fill",
    "follow",
    "is_parallel",
    "is_repeatable",
    "known",
    "listen",
    "needs_thread",
    "question_of",
]

Found = tuple["Node", ActionSpec]
"""An action of a component of the page."""


def call(page: Page, frame: Call, found: Found | None = None) -> Run:
    """The action of a ``CALL``, about to run. Raises ``CallError`` for one that cannot be run.

    ``found``: the action, where it has been looked up.
    """
    node, spec = found or sought(page, frame)
    options = spec.options
    if options.throttle is not None:
        throttle(page, node, spec, options.throttle)
    if options.confirm and (frame.flags or {}).get("confirmed") is not True:
        raise unconfirmed(options.confirm, frame.args)
    if node.shared:
        return page.host.sharing.call(page, node, spec, frame)  # type: ignore[no-any-return]  # a run of its own kind
    return Called(page, node, spec, frame)


class Called(Run):
    """The action of a call."""

    __slots__ = ("frame",)
    spec: ActionSpec

    def __init__(self, page: Page, node: Node, spec: ActionSpec, frame: Call) -> None:
        Run.__init__(self, page, node, spec, spec.options, None)
        self.number = frame.number
        self.frame = frame

    def own_request(self) -> ActionRequest:
        if self.request is None:
            self.request = request_of(self.page, self.node, self.frame)
            self.request.scene = self
        return self.request

    def bind(self) -> Callable[[], Any]:
        component, frame, permission = self.node.component, self.frame, self.options.permission
        answer_in(component, self)
        if permission is not None and not allowed(permission, component):
            raise forbidden()
        request = component.request if self.spec.arguments.takes_request else None
        return self.spec.bind(component, frame.args, frame.event, request)

    def bound_here(self) -> Callable[[], Any] | None:
        return self.bind() if self.spec.harmless else super().bound_here()


def question_of(asked: str | Mapping[str, str], args: Mapping[str, Any]) -> Confirm:
    """The same as ``unconfirmed``, as a word."""
    refusal = unconfirmed(asked, args).refusal()
    told: dict[str, Any] = {**(refusal.detail or {})}
    return Confirm(
        refusal.message,
        title=told.get("title", "Confirmation"),
        choices=[("ok", told.get("ok", "OK")), ("cancel", told.get("cancel", "Cancel"))],
        variant=told.get("variant", "primary"),
    )


def unconfirmed(question: str | Mapping[str, str], args: Mapping[str, Any]) -> CallError:
    """The user has to be asked first. ``{count}`` in the message is the number of selected records."""
    told = {"message": question} if isinstance(question, str) else dict(question)
    selected = args.get("selected")
    count = len(selected) if isinstance(selected, (list, tuple)) else 1
    return CallError(told.pop("message").replace("{count}", str(count)), code="confirm.required", **told)


def follow(
    page: Page,
    node: Node,
    number: int,
    name: str,
    function: Callable[[ActionRequest], Any],
    *,
    permission: Any = None,
    options: ActionOptions | None = None,
) -> Run:
    """What follows from an earlier call, about to run with a request of its own, which ``function`` is given."""
    request = page.host.request(
        user=page.tree.surroundings.user, page=page.page_id, component=node.id, action=name, call=number
    )

    def bind() -> Callable[[], Any]:
        node.component.request = request
        if permission is not None and not allowed(permission, node.component):
            raise forbidden()
        return partial(function, request)

    known = Follow("sync", name, function)
    return Run(page, node, known, options or FOLLOWING, bind, number=number, request=request)


def action_of(node: Node, name: str) -> ActionSpec:
    spec = node.actions.get(name)
    if spec is None:
        raise CallError(
            f"{node.name} has no action {name[:80]!r}.", code="action.unknown", hint="Declare it with @action."
        )
    return spec


def known(page: Page, frame: Call) -> Found | None:
    """The action that a call is for; None if there is none."""
    node = page.tree.nodes.get(frame.component)
    spec = None if node is None else node.actions.get(frame.action)
    return None if spec is None or node is None else (node, spec)


def sought(page: Page, frame: Call) -> Found:
    """The same. Raises ``CallError`` if there is none."""
    node = page.node(frame.component)
    return node, action_of(node, frame.action)


def needs_thread(spec: ActionSpec) -> bool:
    """Whether the action runs in a thread of this process."""
    return spec.kind in ("sync", "generator") and not spec.options.background


def is_parallel(page: Page, options: ActionOptions) -> bool:
    if options.background:
        return True  # it waits for a worker, and has a limit of its own
    return options.parallel and len(page.tasks) < page.host.limits.max_pending


def is_repeatable(node: Node, spec: ActionSpec) -> bool:
    """Whether all that an action changes is kept with its answer: not what others share, nor what a worker does."""
    return spec.options.repeatable and not node.shared and not spec.options.background


def throttle(page: Page, node: Node, spec: ActionSpec, seconds: float) -> None:
    """Refuse an action that was run less than these seconds ago on this page."""
    key, now = f"{node.id}.{spec.name}", page.host.now()
    wait = page.called.get(key, float("-inf")) + seconds - now
    if wait > 0:
        raise CallError("Not so fast.", code="action.throttled", retry_ms=int(wait * 1000) + 1)
    page.called[key] = now


def listen(page: Page, node: Node, listener: ListenerSpec, payload: Mapping[str, Any]) -> Run:
    """A listener of a server-side event, about to run."""

    def bind() -> Callable[[], Any]:
        node.component.request = None
        return listener.bind(node.component, payload, None)

    return Run(page, node, listener, LISTENING, bind)


def fill(page: Page, node: Node, name: str, value: Any) -> Run:
    """A field that the package fills, about to be given ``value``."""

    def bind() -> Callable[[], Any]:
        node.component.request = None
        return partial(setattr, node.component, name, value)

    return Run(page, node, Follow("sync", name, setattr), LISTENING, bind)


LISTENING = ActionOptions()
FOLLOWING = ActionOptions()
