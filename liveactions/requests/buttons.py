"""Buttons that run an action of the component in which they stand; elsewhere, ordinary links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from liveactions.components import ActionSpec, declaration
from liveactions.components.declaration import DECLARATION
from liveactions.errors import CallError, LocalError
from liveactions.requests.links import LinksOfRequest, attributes_of, element
from liveactions.requests.mounting import is_outside
from liveactions.requests.permissions import PermissionsOfRequest
from liveactions.results import plain

__all__ = ["ButtonsOfRequest", "action_of", "row_parameter"]


NAME = re.compile(r"[a-z][a-z0-9_]*")


class Target(Protocol):
    """An ``InstanceAction``, as far as a button needs it."""

    @property
    def component(self) -> Any: ...
    @property
    def action(self) -> str: ...
    @property
    def selected_rows(self) -> tuple[Any, ...]: ...
    @property
    def args(self) -> Mapping[str, Any]: ...


class ButtonsOfRequest(LinksOfRequest, PermissionsOfRequest):
    """Those that make a request of their own look whether the user may; ``ar2button`` does not."""

    inside: bool | None

    @property
    def is_inside(self) -> bool:
        """Whether what is written stands in a component of a page."""
        return (self.inside is True or self.page != "") and self.component_instance is not None and not is_outside()

    def as_button(self, label: object = None, **attrs: Any) -> SafeString:
        """A button that makes this request again. Nothing if the user may not."""
        return self.ar2button(self, label, **attrs) if self.get_permission() else SafeString("")

    def ar2button(self, request: ButtonsOfRequest, label: object = None, **attrs: Any) -> SafeString:
        """A button that makes another request; whether the user may is not asked."""
        component = request.component_instance
        values = {**request.param_values, **request.args}
        target = RequestTarget(component, request.action, tuple(request.selected_rows), values)
        return self.written(target, action_of(component, request.action), label, attrs)

    def row_action_button(self, obj: Any, action: str, label: object = None, **attrs: Any) -> SafeString:
        """A button that runs an action of the component on a row. Nothing if the user may not."""
        child = self.spawn_request(action=action, selected_rows=[obj])
        return child.as_button(label, **attrs)

    def row_action_button_ar(
        self, obj: Any, request: ButtonsOfRequest, label: object = None, **attrs: Any
    ) -> SafeString:
        """The same for a request that there is already."""
        with request.override_attrs(selected_rows=[obj]):
            return request.as_button(label, **attrs)

    def action_button(self, obj: Any, action: str, label: object = None, **attrs: Any) -> SafeString:
        """``row_action_button``; without a row (None) the action is run on none."""
        return (
            self.menu_item_button(action, label, **attrs)
            if obj is None
            else self.row_action_button(obj, action, label, **attrs)
        )

    def menu_item_button(self, action: str, label: object = None, **attrs: Any) -> SafeString:
        """A button that runs an action of the component on no row. Nothing if the user may not."""
        return self.spawn_request(action=action, selected_rows=()).as_button(label, **attrs)

    def instance_action_button(self, target: Target, label: object = None, **attrs: Any) -> SafeString:
        """A button for an ``InstanceAction``. Nothing if the user may not."""
        child = self.spawn_request(action=target.action, selected_rows=target.selected_rows, args=target.args)
        spec = action_of(target.component, target.action)
        if not child.holds(spec.options.permission):
            return SafeString("")
        return self.written(target, spec, label, attrs)

    def written(self, target: Target, spec: ActionSpec, label: object, attrs: dict[str, Any]) -> SafeString:
        cls = target.component if isinstance(target.component, type) else type(target.component)
        text = spec.attribute.replace("_", " ").capitalize() if label is None else label
        row: Any = target.selected_rows[0] if len(target.selected_rows) == 1 else None
        if not (self.is_inside and isinstance(self.component_instance, cls)):
            return format_html("{}", text) if row is None else self.obj2html(row, text, **attrs)
        values = dict(target.args)
        if (name := row_parameter(spec, row)) is not None:
            values = {name: row.pk, **values}
        written = {attribute_of(name): value_of(value, name) for name, value in values.items() if value is not None}
        return element("button", {"type": "button", "live-click": spec.name, **written, **attributes_of(attrs)}, text)


class RequestTarget(NamedTuple):
    """What a button needs of a request."""

    component: Any
    action: str
    selected_rows: tuple[Any, ...]
    args: Mapping[str, Any]


def action_of(component: Any, name: str) -> ActionSpec:
    """The action of a component (or of its class). Raises ``CallError``: "X has not action Y"."""
    cls = component if isinstance(component, type) else type(component)
    known = declaration(cls).actions if hasattr(cls, DECLARATION) else {}
    spec = known.get(name)
    if spec is None:
        raise CallError(
            f"{cls.__name__} has not action {name}.",
            code="action.unknown",
            hint=f"It has: {', '.join(known) or 'none'}.",
        )
    return spec


def row_parameter(spec: ActionSpec, row: Any) -> str | None:
    """The parameter of an action that takes a row: the one of its model, else ``pk`` or ``id``; None if none does."""
    if not isinstance(row, Model):
        return None
    parameters = spec.arguments.parameters
    for name, parameter in parameters.items():
        annotation = parameter.annotation
        if isinstance(annotation, type) and issubclass(annotation, Model) and isinstance(row, annotation):
            return name
    return next((name for name in ("pk", "id") if name in parameters), None)


def attribute_of(name: str) -> str:
    """Arguments may have come from a browser, and a name is not quoted as a value is."""
    if NAME.fullmatch(name) is None:
        raise LocalError(f"{name!r} cannot be the name of an argument on a button.")
    return f"live-value-{name.replace('_', '-')}"


def value_of(value: Any, name: str) -> str:
    """Attributes are texts; the server reads them by the action's annotations."""
    written = plain(value, name)
    if isinstance(written, (list, dict, bytes)):
        raise LocalError(
            f"{name}={value!r} cannot stand on a button.", hint="Give numbers, texts, dates, booleans or rows."
        )
    return str(written)
