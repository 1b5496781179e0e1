"""Forms of the office: what a browser has a control for (days, moments), and quantities of many things at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from sample_site.desk.models import Order
from sample_site.office.models import Invoice

__all__ = ["Choice", "InvoiceForm", "OrderForm", "QuantitiesForm"]


class InvoiceForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes none at run time
    class Meta:
        model = Invoice
        fields = ("customer", "due_on", "tax_rate", "note")
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class OrderForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Order
        fields = ("promised_at", "note")
        widgets = {"promised_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}


@dataclass(frozen=True)
class Choice:
    """One thing of which somebody may take ``most`` (None: as much as they like), at first ``count``."""

    key: int
    label: str
    price: Decimal
    most: int | None = None
    count: int = 0


class QuantitiesForm(forms.Form):
    """A number for each choice. ``chosen`` is what came of it: by key, those that are not 0."""

    def __init__(self, choices: Sequence[Choice], data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.choices = choices
        for each in choices:
            self.fields[f"quantity_{each.key}"] = forms.IntegerField(
                min_value=0, max_value=each.most, required=False, initial=each.count, label=f"Quantity of {each.label}"
            )

    @property
    def rows(self) -> list[tuple[Choice, BoundField]]:
        return [(each, self[f"quantity_{each.key}"]) for each in self.choices]

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.chosen:
            raise forms.ValidationError("Take at least one.")
        return self.cleaned_data

    @property
    def chosen(self) -> dict[int, int]:
        counts = {each.key: self.cleaned_data.get(f"quantity_{each.key}") for each in self.choices}
        return {key: count for key, count in counts.items() if count}
