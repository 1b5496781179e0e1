"""Running an action from code: in a command, a task, a test, or another action."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liveactions.answers import DjangoTranslator
from liveactions.components import Callback, Component, Scene, registry
from liveactions.conf import conf
from liveactions.errors import LocalError
from liveactions.rendering import id_of_root
from liveactions.requests.buttons import action_of, row_parameter
from liveactions.requests.mounting import mounted
from liveactions.requests.request import ActionRequest
from liveactions.results import HTML, Confirm, Result, items_of
from liveactions.runtime.atomic import database_of
from liveactions.templating import renderer

__all__ = ["InstanceAction"]


class InstanceAction:
    """An action with all it needs, ready to be run: of which component, on which rows, with which arguments::

        ship = InstanceAction(OrderList, "ship", order, carrier="boat")
        ship.run_from_session(request)["message"]

    ``component`` is an instance, a class or a registered name; a class is mounted with ``params`` for each run. A row
    goes to the parameter of its model, else to ``pk`` or ``id``; all rows are ``self.request.selected_rows``.
    Raises ``CallError`` ("X has not action Y").
    """

    def __init__(
        self,
        component: Component | type[Component] | str,
        action: str,
        /,
        *rows: Any,
        params: Mapping[str, Any] | None = None,
        **args: Any,
    ) -> None:
        self.component = registry.get(component) if isinstance(component, str) else component
        self.action = action
        self.selected_rows = rows
        self.params = dict(params or {})
        self.args = args
        self.spec = action_of(self.component, action)

    def __repr__(self) -> str:
        return f"<InstanceAction {self.spec.arguments.where}>"

    # Ways to run it -----------------------------------------------------------------------------------------------

    def __call__(self, **options: Any) -> dict[str, Any]:
        """Run it for nobody in particular: the response."""
        return self.run_from_session(ActionRequest(), **options)

    def request_from(self, session: ActionRequest, /, **options: Any) -> ActionRequest:
        """A child request that would run it."""
        cls = self.component if isinstance(self.component, type) else type(self.component)
        given: dict[str, Any] = {"action": self.action, "selected_rows": self.selected_rows, **options}
        if cls is not type(session.component_instance):
            given = {"known_values": {}, **given}
        return session.spawn_request(**given)

    def run_from_session(self, session: ActionRequest, /, **options: Any) -> dict[str, Any]:
        """Run it in a child request: the child's response; that of ``session`` stays as it is.

        Raises what the action raises, ``PermissionDenied``, and ``ArgumentError`` for arguments that do not fit.
        """
        child = self.request_from(session, **options)
        self.run_from_code(child)
        if child.is_waiting:
            child.warning("%r asked something in a child request, where no user will see it.", self)
        return child.response

    def run_from_code(self, request: ActionRequest) -> None:
        """Run it in a request that there is: what it says and answers is added to what the request says.

        Raises what ``run_from_session`` does.
        """
        database = database_of(self.spec.options, self.spec.kind, conf())
        if not database:
            self.run_on(request)
            return
        from liveactions.ledger import DatabaseLedger  # has models, which nobody may import before the apps are ready

        DatabaseLedger().transact(database, lambda: self.run_on(request))

    def run_from_ui(self, request: ActionRequest) -> None:
        """The same as a click: its ``confirm`` question is asked first; what the user did wrong is told as an error."""
        question = self.spec.options.confirm
        if question is None or request.confirmed:
            self.run_telling(request)
        else:
            request.set_callback(self.asked(request, {"message": question} if isinstance(question, str) else question))

    def asked(self, request: ActionRequest, question: Mapping[str, str]) -> Callback:
        rows = self.selected_rows or request.selected_rows
        callback = request.add_callback(question["message"].replace("{count}", str(len(rows))))
        callback.set_title(question.get("title", callback.title))
        callback.variant = question.get("variant", "primary")  # type: ignore[assignment]  # @action has checked it
        callback.add_choice("yes", self.run_telling, question.get("ok", request.say("Yes")))
        callback.add_choice("no", None, question.get("cancel", request.say("No")))
        return callback

    def run_telling(self, request: ActionRequest) -> None:
        try:
            self.run_from_code(request)
        except ValidationError as mistake:
            request.error(mistake, message=" ".join(mistake.messages))
        except Warning as mistake:
            request.error(mistake)

    def as_button(self, request: ActionRequest, label: object = None, **attrs: Any) -> SafeString:
        """A button for it; nothing if the user may not."""
        return request.instance_action_button(self, label, **attrs)

    # How ----------------------------------------------------------------------------------------------------------

    def run_on(self, request: ActionRequest) -> None:
        rows = self.selected_rows or request.selected_rows
        with (
            mounted(self.component, request, self.params) as (tree, node),
            speaking(request, node.component, self.action, rows),
        ):
            if not request.get_permission(self.spec.options.permission):
                raise PermissionDenied(_("You may not do this."))
            bound = self.spec.bind(node.component, {**self.row_argument(rows), **self.args}, {}, request)

            def foreign(value: Any) -> Result | None:
                if isinstance(value, Mapping):  # the context of a block of the template
                    html = renderer().render_block(tree, node, self.action, value)
                    found = id_of_root(html)
                    return HTML(html, target=f"#{found}" if found else None)
                return DjangoTranslator().foreign(value)

            for answer in answers(bound(), request):
                request.builder().added += items_of(answer, foreign)

    def row_argument(self, rows: Any) -> dict[str, Any]:
        name = row_parameter(self.spec, rows[0]) if len(rows) == 1 else None
        if name is None or name in self.args:
            return {}
        return {name: rows[0].pk if name in ("pk", "id") else rows[0]}


class SceneOfAnother:
    """The page of a request, for a component whose action is run by another action."""

    def __init__(self, scene: Scene, speaker: Component) -> None:
        self.scene = scene
        self.speaker = speaker

    @property
    def parent(self) -> Component | None:
        return self.scene.parent

    def find(self, name: str | type[Component]) -> Component | None:
        return self.scene.find(name)

    async def ask(self, callback: Callback) -> str:
        raise LocalError(
            f"{callback.message!r} was asked by an action that another action runs; nobody waits for the answer.",
            hint="Ask in the action that the user has called, or give confirm a function.",
        )


@contextmanager
def speaking(request: ActionRequest, component: Component, action: str, rows: Any) -> Iterator[None]:
    """Within it, the component answers this request, and the request is about this action."""
    before = component.request
    component.request = request
    try:
        scene = None if request.scene is None else SceneOfAnother(request.scene, component)
        with request.override_attrs(speaker=component, scene=scene, action=action, selected_rows=rows):
            yield
    finally:
        component.request = before


def answers(value: Any, request: ActionRequest) -> Iterator[Any]:
    """What an action answered, whichever kind it is. A question that is yielded is answered as it is anywhere else."""
    if inspect.isasyncgen(value):
        yield from request.settle(collected(value, request))
    elif inspect.isgenerator(value):
        yield from stepped(value, request)
    else:
        yield request.settle(value)


def stepped(steps: Generator[Any, Any, Any], request: ActionRequest) -> Iterator[Any]:
    try:
        item = next(steps)
        while True:
            if not isinstance(item, Confirm):
                yield item
            if isinstance(item, Result) and item.terminal:
                return
            item = steps.send(answer_to(item, request))
    except StopIteration:
        return
    finally:
        steps.close()


async def collected(steps: AsyncGenerator[Any, Any], request: ActionRequest) -> list[Any]:
    found: list[Any] = []
    try:
        item = await anext(steps)
        while True:
            if not isinstance(item, Confirm):
                found.append(item)
            if isinstance(item, Result) and item.terminal:
                return found
            item = await steps.asend(answer_to(item, request))
    except StopAsyncIteration:
        return found
    finally:
        await steps.aclose()


def answer_to(item: Any, request: ActionRequest) -> str | None:
    """The name of the choice, where a question was yielded."""
    if not isinstance(item, Confirm):
        return None
    callback = request.add_callback(item.message)
    for name, label in item.choices:
        callback.add_choice(name, None, label)
    return callback.automatic(request.confirm_answer)
