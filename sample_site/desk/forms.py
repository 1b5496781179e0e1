"""The form for a new order, used by the component on the dashboard; any Django view could use it as well."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.text import capfirst

from sample_site.desk import orders
from sample_site.desk.models import Customer, Order, Product

__all__ = ["PROMISES", "NewOrderForm", "promised"]

PROMISES = {"soon": "In two hours", "evening": "By this evening", "tomorrow": "Tomorrow noon", "week": "In a week"}


def promised(choice: str, now: datetime) -> datetime:
    """The moment that a choice of ``PROMISES`` means. An evening that has begun is tomorrow's."""
    today = timezone.localtime(now)
    if choice == "soon":
        return now + timedelta(hours=2)
    if choice == "evening":
        evening = at(today, 18)
        return evening if evening > now else evening + timedelta(days=1)
    return at(today + timedelta(days=1 if choice == "tomorrow" else 7), 12)


def at(day: datetime, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day.date(), time(hour)))


class NewOrderForm(forms.Form):
    """Takes an order of one product. ``save`` may still find it out of stock, and then says so at the field."""

    customer = forms.ModelChoiceField(Customer.objects.all(), empty_label="Choose a customer")
    product = forms.ModelChoiceField(Product.objects.all(), empty_label="Choose a product")
    quantity = forms.IntegerField(
        min_value=1, max_value=999, initial=1, error_messages={"min_value": "At least 1.", "max_value": "At most 999."}
    )
    promise = forms.ChoiceField(choices=[("", "Choose"), *PROMISES.items()], label="Promised")
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("class", "input")
            if self.is_bound and name in self.errors:
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{self[name].id_for_label}_error"}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        product, quantity = cleaned.get("product"), cleaned.get("quantity")
        if product and quantity and quantity > product.stock:
            self.add_error("quantity", f"{capfirst(str(orders.OutOfStock(product, product.stock)))}.")
        return cleaned

    def save(self, *, actor: User, page: str | None = None) -> Order | None:
        """Place the order, or None with an error at ``quantity`` when somebody took the last ones just now."""
        wanted = self.cleaned_data
        try:
            return orders.place(
                wanted["customer"],
                wanted["product"],
                wanted["quantity"],
                promised(wanted["promise"], timezone.now()),
                wanted["note"],
                actor=actor,
                page=page,
            )
        except orders.OutOfStock as error:
            self.add_error("quantity", f"{capfirst(str(error))}.")
            return None
