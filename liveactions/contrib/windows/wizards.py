"""Wizards: components that ask for a few values and then do something with them, usually in a window."""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy

from liveactions import HTML, Close, Component, Switch, action, declaration, field
from liveactions.contrib.windows.forms import bound_names, form_for, taken
from liveactions.errors import LocalError

__all__ = ["WizardComponent"]

logger = logging.getLogger(__name__)

DEFAULT = "default_"
KINDS = (
    (inspect.iscoroutinefunction, "confirmed_later"),
    (inspect.isgeneratorfunction, "confirmed_in_steps"),
    (inspect.isasyncgenfunction, "confirmed_in_later_steps"),
)
"""Which action calls a method of that kind."""
TEMPLATE = "live_windows/wizard.html"


class WizardComponent(Component):
    """Subclass it, bind its fields, and say what happens when the user confirms::

        class RegisterPayment(WizardComponent):
            amount: Decimal = field(Decimal(0), bind=True)
            paid_on: date | None = field(None, bind=True)

            def action_confirm(self):
                for invoice in self.active_records:
                    invoice.register_payment(self.amount, self.paid_on)
                return Close(reload=True, notify="Payment registered")

        Wizard("shop.register_payment", ctx={"active_model": "shop.invoice", "active_ids": [7], "default_amount": 80})

    Its form is made of the bound fields, or is ``form_class``. ``action_confirm`` runs once that is valid; a
    ``ValidationError`` that it raises is shown in the form as well.
    """

    window_title: ClassVar[Any] = None
    """The title of its window where none is given; else the name of the class in words."""
    confirm_label: ClassVar[Any] = gettext_lazy("Confirm")
    cancel_label: ClassVar[Any] = gettext_lazy("Cancel")

    form_class: ClassVar[type[forms.BaseForm] | None] = None
    """A Django form, which is then shown and asked instead. Bound fields of the same names are filled from it."""
    labels: ClassVar[Mapping[str, Any]] = {}
    help_texts: ClassVar[Mapping[str, Any]] = {}
    widgets: ClassVar[Mapping[str, Any]] = {}
    required: ClassVar[Sequence[str]] = ()
    """Fields that may not be left empty, although their types would allow it."""

    permission: ClassVar[str | Sequence[str]] = ()
    """Who may open and confirm it, as Django names permissions. For more, override ``has_permission``."""
    linkable: ClassVar[bool] = False
    """Whether it stands in the address of the page while it is open, and is opened by that address."""

    _transient: ClassVar[bool] = True
    """It has no table: its values live as long as its window."""

    ctx: dict[str, Any] = field(default_factory=dict)
    confirm_method: str = "action_confirm"
    submitted: dict[str, Any] | None = None
    """What was in the form when it was refused."""
    objections: dict[str, list[str]] = field(default_factory=dict)
    """What ``action_confirm`` had against it, by field."""

    def __init_subclass__(cls, **options: Any) -> None:
        if cls.template is None and cls.template_name is None:
            cls.template_name = TEMPLATE
        super().__init_subclass__(**options)

    # ── What it starts with ──

    def mount(self, ctx: dict[str, Any] | None = None, method: str = "action_confirm") -> None:
        self._require_permission()
        self.ctx, self.confirm_method = dict(ctx or {}), method
        if not callable(getattr(self, method, None)) or method.startswith("_"):
            raise LocalError(
                f"{type(self).__qualname__} has no method {method!r}.", hint="Its confirm button calls it."
            )
        super().mount(**self._known({**self._default_get(self.ctx), **prefilled(self.ctx)}))

    @classmethod
    def _default_get(cls, context: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG003  # for those who override it
        """Values to start with, by field. What the context says (``default_<field>``) goes before them."""
        return {}

    def _known(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values for which there is a field. Others are passed over: a context may be meant for several wizards."""
        names = declaration(type(self)).fields.keys() - declaration(WizardComponent).fields.keys()
        if strange := sorted(values.keys() - names):
            logger.debug("%s has no field for the defaults %s.", type(self).__qualname__, ", ".join(strange))
        return {name: value for name, value in values.items() if name in names}

    @property
    def active_model(self) -> type[Model] | None:
        """What the context is about; None if it does not say. Raises ``LocalError`` for a model that is not known."""
        return model_named(self.ctx["active_model"]) if self.ctx.get("active_model") else None

    @property
    def active_records(self) -> QuerySet[Any]:
        """The records of ``active_model`` with the keys ``active_ids``. Raises ``LocalError`` without a model."""
        model = self.active_model
        if model is None:
            raise LocalError("The context has no active_model.", hint='Open it with ctx={"active_model": …}.')
        found: QuerySet[Any] = model._default_manager.filter(pk__in=self.ctx.get("active_ids") or [])  # noqa: SLF001  # documented
        return found

    # ── Who may ──

    def has_permission(self) -> bool:
        """Whether the user may open and confirm it."""
        wanted = (self.permission,) if isinstance(self.permission, str) else tuple(self.permission)
        return not wanted or (self.user is not None and self.user.has_perms(wanted))

    def _require_permission(self) -> None:
        if not self.has_permission():
            raise PermissionDenied

    # ── Its form ──

    def form(self) -> forms.BaseForm:
        """The form as it is to be shown: the values of the fields, or what was entered and why it is refused."""
        form = self.make_form(self.submitted)
        for name, messages in self.objections.items():
            form.add_error(name if name in form.fields else None, ValidationError(messages))
        for name in form.errors.keys() & form.fields.keys():
            field, own = form.fields[name], form[name].auto_id
            told = f"{own}-error {own}_helptext" if field.help_text else f"{own}-error"
            field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": told}
        return form

    def make_form(self, data: Mapping[str, Any] | None) -> forms.BaseForm:
        """A form with this data, or with the values of the fields. Override it for a form that wants more."""
        cls = type(self)
        initial = {name: getattr(self, name) for name in bound_names(cls)}
        return self.get_form_class()(data, initial=initial, auto_id=f"live-{self.id}-%s")

    def get_form_class(self) -> type[forms.BaseForm]:
        return self.form_class or form_for(
            type(self),
            labels=self.labels,
            help_texts=self.help_texts,
            widgets=self.widgets,
            required=frozenset(self.required),
        )

    # ── What the user decides ──

    @action
    def confirm(self, **values: Any) -> Any:
        """The form was sent. If it is valid, its values are taken, and the method is called that was asked for."""
        self._require_permission()
        self.submitted, self.objections = values, {}
        form = self.make_form(values)
        news = taken(type(self), form) if form.is_valid() else {}
        if form.errors:
            return HTML(swap="none", focus="first-invalid")
        for name, value in news.items():
            setattr(self, name, value)
        self._cleaned = form.cleaned_data
        return self._run_method()

    def _run_method(self) -> Any:
        """Call the method, or have it called by what fits its kind."""
        method = getattr(self, self.confirm_method)
        if self.confirm_method in declaration(type(self)).actions:
            self.submitted = None
            return Switch(self.confirm_method)
        for is_kind, name in KINDS:
            if is_kind(method):
                self._cleared = True
                return Switch(name)
        try:
            with all_or_nothing():
                answer = method()
        except ValidationError as error:
            return self._object_to(error)
        self.submitted = None
        return answer

    @action
    async def confirmed_later(self) -> Any:
        """After ``confirm``, for a method that is a coroutine."""
        try:
            answer = await self._cleared_method()()
        except ValidationError as error:
            return self._object_to(error)
        self.submitted = None
        return answer

    @action
    def confirmed_in_steps(self) -> Iterator[Any]:
        """The same for a generator."""
        try:
            yield from self._cleared_method()()
        except ValidationError as error:
            yield self._object_to(error)
        else:
            self.submitted = None

    @action
    async def confirmed_in_later_steps(self) -> AsyncIterator[Any]:
        """The same for an asynchronous generator."""
        steps, answer = self._cleared_method()(), None
        try:
            while True:
                answer = yield await steps.asend(answer)
        except StopAsyncIteration:
            self.submitted = None
        except ValidationError as error:
            yield self._object_to(error)
        finally:
            await steps.aclose()

    def _cleared_method(self) -> Callable[[], Any]:
        """The method, once after the form has been found valid. A browser cannot come here by itself."""
        if not self._cleared:
            raise PermissionDenied
        self._cleared = False
        method: Callable[[], Any] = getattr(self, self.confirm_method)
        return method

    def _object_to(self, error: ValidationError) -> HTML:
        """Show in the form what the method has against it."""
        self.objections = messages_of(error)
        return HTML(swap="none", focus="first-invalid")

    def action_confirm(self) -> Any:
        """What the confirm button does, unless a subclass says more: close the window, and hand over the values."""
        return Close(infos=dict(self.cleaned_data))

    @property
    def cleaned_data(self) -> dict[str, Any]:
        """What the form made of what was entered, while the method runs that it was entered for."""
        return self._cleaned or {}

    _cleaned: dict[str, Any] | None = None
    _cleared = False

    @action
    def cancel(self) -> Close:
        """The user does not want it."""
        return Close()


def prefilled(ctx: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a context gives to fields."""
    return {name.removeprefix(DEFAULT): value for name, value in ctx.items() if name.startswith(DEFAULT)}


def model_named(name: str) -> type[Model]:
    """The model ``shop.invoice``, or the only one whose class has this name."""
    if "." in name:
        return apps.get_model(name)
    found = [model for model in apps.get_models() if model.__name__ == name]
    if len(found) != 1:
        raise LocalError(f"{len(found)} models are named {name!r}.", hint='Write "<app>.<model>".')
    return found[0]


def all_or_nothing() -> AbstractContextManager[Any]:
    """Where the action runs in a transaction, an objection takes back what was written before it."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def messages_of(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
