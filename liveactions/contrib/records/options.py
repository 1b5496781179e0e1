"""``Records``: what an application says about the lists and forms of one model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.utils.text import capfirst

from liveactions.contrib.records.naming import label_of, meta

if TYPE_CHECKING:
    from django.db.models import Aggregate

__all__ = ["Bulk", "Records", "bulk", "column"]

Function = TypeVar("Function", bound=Callable[..., Any])
Power = Literal["view", "add", "change", "delete"]

MARK = "__live_records_bulk__"


@dataclass(frozen=True)
class Bulk:
    """What can be done with selected records: ``name`` is the method's, the others as given to ``bulk``."""

    name: str
    label: str
    confirm: str = ""
    permission: str = "change"


def bulk(label: str, *, confirm: str = "", permission: str = "change") -> Callable[[Function], Function]:
    """Offer a method of a ``Records`` class for selected records: ``method(self, request, queryset)``.

    ``confirm`` is a question that is asked first; ``{count}`` in it is how many are selected. ``permission`` is
    ``"view"``, ``"add"``, ``"change"`` or ``"delete"`` (the method ``can_…`` is asked for every record), or the name of
    one of Django's (``"shop.ship_order"``). What the method returns is answered, as by an action.
    """

    def mark(function: Function) -> Function:
        setattr(function, MARK, Bulk(function.__name__, label, confirm, permission))
        return function

    return mark


def column(
    label: str | None = None, *, sort: str | None = None, numeric: bool = False
) -> Callable[[Function], Function]:
    """Describe a method that is a column: its ``label``, what to ``sort`` by (``"customer__name"``), and whether it is
    ``numeric``."""

    def mark(function: Function) -> Function:
        vars(function).update(label=label, sort=sort, numeric=numeric)
        return function

    return mark


class Records:
    """Subclass it, and register it for a model.

    ``columns``
        of the list: fields, relations (``"customer.city"``), properties and methods of the model, and methods of this
        class, which are given the instance. The first one leads to the record.
    ``search``
        fields that the search box looks in (``"customer__name"``); with a lookup it is used (``"number__startswith"``).
    ``filters``
        fields to choose by: choices, relations, booleans, dates (a range); any other field by its values.
    ``ordering``
        the first ordering; the model's own if it is empty.
    ``fields`` or ``form_class``
        the form: its fields (all editable ones without either), or a ``ModelForm`` of your own.
    ``editable``
        columns that can be edited in the list; None: those that the form has.
    ``totals``
        by column, an aggregate over everything found: ``{"total": Sum("total")}``.
    ``related``
        reverse relations whose rows are shown and edited with the record.
    ``page_size``, ``window``
        rows on a page; or True: one long list, of which only what is in sight is there.
    ``select``, ``prefetch``
        what columns need besides what can be seen from their names.
    """

    columns: Sequence[str] = ("__str__",)
    search: Sequence[str] = ()
    filters: Sequence[str] = ()
    ordering: Sequence[str] = ()
    fields: Sequence[str] | None = None
    form_class: type[forms.ModelForm[Any]] | None = None
    editable: Sequence[str] | None = None
    totals: Mapping[str, Aggregate] = {}
    related: Sequence[str] = ()
    select: Sequence[str] = ()
    prefetch: Sequence[str] = ()
    page_size: int = 50
    window: bool = False
    identifier: str | None = None
    """Another name for it: ``WindowAction(identifier="shop.orders")``."""
    empty_text: str = ""
    exports: Sequence[str] = ("csv", "xlsx")
    list_component: ClassVar[str] = "live_records.list"
    detail_component: ClassVar[str] = "live_records.detail"

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} of {self.name}>"

    @property
    def name(self) -> str:
        """``app.model``."""
        return label_of(self.model)

    @property
    def label(self) -> str:
        """What one of them is called."""
        return str(meta(self.model).verbose_name)

    @property
    def plural(self) -> str:
        """What all of them are called, with a capital."""
        return str(capfirst(meta(self.model).verbose_name_plural))

    def counted(self, number: int) -> str:
        """What ``number`` of them are called."""
        return self.label if number == 1 else str(meta(self.model).verbose_name_plural)

    # ── What there is ──

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """The records that this user may know of. Every other one is not found."""
        rows: QuerySet[Any] = self.model._default_manager.all()  # noqa: SLF001  # documented
        return rows

    def title_of(self, obj: Model) -> str:
        """What the record is called at the top of its form."""
        return str(obj)

    # ── Who may ──

    def can_view(self, request: Any, obj: Model | None = None) -> bool:
        """Whether the user may see the list (no ``obj``), or this record. Who may change may see."""
        return self.allows(request, "view") or self.allows(request, "change")

    def can_add(self, request: Any, obj: Model | None = None) -> bool:
        """Whether the user may make new ones."""
        return self.allows(request, "add")

    def can_change(self, request: Any, obj: Model | None = None) -> bool:
        """Whether the user may change them, or this one."""
        return self.allows(request, "change")

    def can_delete(self, request: Any, obj: Model | None = None) -> bool:
        """Whether the user may delete them, or this one."""
        return self.allows(request, "delete")

    def allows(self, request: Any, power: Power) -> bool:
        """Whether the user has Django's permission for this."""
        has_perm = getattr(request.user, "has_perm", None)
        options = meta(self.model)
        return has_perm is not None and bool(has_perm(f"{options.app_label}.{power}_{options.model_name}"))

    def may(self, permission: str, request: Any, obj: Model | None = None) -> bool:
        """The same by name: ``"change"`` asks ``can_change``; anything else is a permission of Django's."""
        asked = getattr(self, f"can_{permission}", None)
        return bool(asked(request, obj) if asked else request.user.has_perm(permission))

    def delete_veto(self, obj: Model) -> str | None:
        """Why this record cannot be deleted now, whoever wants it; None if it can."""
        return None

    # ── Forms ──

    def form_for(self, request: Any, obj: Model | None = None) -> type[forms.ModelForm[Any]]:
        """The form of a record, or of a new one."""
        form = self.form_class or forms.ModelForm
        if self.form_class is not None and hasattr(form, "_meta") and form._meta.model and self.fields is None:  # noqa: SLF001
            return self.form_class
        fields = list(self.fields) if self.fields is not None else "__all__"
        return forms.modelform_factory(self.model, form=form, fields=fields)

    # ── Several at once ──

    @cached_property
    def bulk_actions(self) -> dict[str, Bulk]:
        """The methods marked with ``bulk``, in the order they are written; a subclass takes one back with None."""
        cls = type(self)
        names = dict.fromkeys(name for base in reversed(cls.__mro__) for name in vars(base))
        marked = {name: getattr(getattr(cls, name), MARK, None) for name in names}
        return {name: found for name, found in marked.items() if found is not None}

    def saving(self, request: Any, obj: Model) -> None:
        """Called before a record is written by a form or in the list: the place to set what the form does not know."""
