"""The windows of the office that ask for something: what to invoice, until when, which products, what was paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from asgiref.sync import sync_to_async
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from liveactions import Close, Result, Toast, UpdateParent, Wizard, field
from liveactions.contrib.mail import messages
from liveactions.contrib.windows import WizardComponent
from sample_site.desk.models import Order, Product
from sample_site.desk.templatetags.desk_words import exact
from sample_site.office import invoices, news
from sample_site.office.forms import Choice, QuantitiesForm
from sample_site.office.models import Invoice, in_two_weeks, open_quantities

__all__ = ["InvoiceOrder", "InvoiceTerms", "PickProducts", "RegisterPayment", "consequences_of_posting"]


class InvoiceOrder(WizardComponent):
    """First of two steps: how much of each line. Each step takes the window of the one before (``replace``)."""

    template_name = "office/quantities.html"
    window_title = "Invoice this order"
    confirm_label = "Next"
    permission = "office.add_invoice"

    heads = ("Product", "Price", "Open", "Invoice now")

    def make_form(self, data: Mapping[str, Any] | None) -> QuantitiesForm:
        order: Order = self.active_records.get()
        lines = list(order.lines.select_related("product"))
        left = open_quantities(lines)
        choices = [Choice(line.pk, line.product.name, line.unit_price, left[line.pk], left[line.pk]) for line in lines]
        return QuantitiesForm(choices, data, auto_id=f"invoice_{self.id}_%s")

    def action_confirm(self) -> Result:
        taken = {name.removeprefix("quantity_"): count for name, count in self.cleaned_data.items() if count}
        return Wizard("office.invoice_terms", ctx={**self.ctx, "quantities": taken}, replace=True)


class InvoiceTerms(WizardComponent):
    """Second step. It makes the invoice; posting it at once is asked about, and waits for the answer."""

    window_title = "Terms of the invoice"
    confirm_label = "Create the invoice"
    permission = "office.add_invoice"
    labels = {"due_on": "Due", "post_now": "Post it at once"}
    help_texts = {"post_now": "Only billing may. Otherwise it stays a draft."}
    widgets = {"note": forms.Textarea(attrs={"rows": 2, "maxlength": 200})}

    due_on: date = field(default_factory=in_two_weeks, bind=True)
    note: str = field("", bind=True)
    post_now: bool = field(False, bind=True)

    async def action_confirm(self) -> list[Result] | None:
        if self.post_now and not await sync_to_async(self.user.has_perm)("office.post_invoice"):
            raise ValidationError({"post_now": "Only billing may post invoices."})
        if self.post_now and not await self.request.confirm(
            await sync_to_async(self.consequences)(),
            title="Post the invoice?",
            choices={"yes": "Post", "no": "Not yet"},
        ):
            return None
        invoice = await sync_to_async(self.make)()
        if not self.post_now:
            return [Close(reload=True, notify=news.about(invoice, f"{invoice} is made", level="success"))]
        posted = news.about(invoice, "Invoice posted", title=str(invoice), level="success", sticky=True)
        return [Close(reload=True, notify=f"{invoice.order} is invoiced."), posted]

    def make(self) -> Invoice:
        quantities = {int(key): int(count) for key, count in self.ctx["quantities"].items()}
        order, act = self.active_records.get(), {"actor": self.user, "page": self.page}
        try:
            with transaction.atomic():
                invoice = invoices.charge(order, quantities, due_on=self.due_on, note=self.note, **act)
                return invoices.post(invoice.pk, **act) if self.post_now else invoice
        except invoices.NotPossible as error:
            raise ValidationError(str(error)) from error

    def consequences(self) -> SafeString:
        order: Order = self.active_records.select_related("customer").get()
        owed = f"{order.customer.name} owes it by {date_format(self.due_on)}."
        return listed("It gets a number, and cannot be changed any more.", owed, "Its followers are told.")


def consequences_of_posting(invoice: Invoice, actor: User) -> SafeString:
    """What posting comes to, as HTML: texts of people in it are escaped."""
    others = messages.followers(invoice).exclude(pk=actor.pk).count()
    return listed(
        "It gets a number, and cannot be changed any more.",
        format_html(
            "<strong>{}</strong> owes {} by {}.",
            invoice.customer.name,
            exact(invoice.total),
            date_format(invoice.due_on),
        ),
        f"Told of it: {others or 'no'} {'other' if others == 1 else 'others'} who follow{'s' * (others == 1)} it.",
    )


def listed(*sentences: str) -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((each,) for each in sentences)))


class PickProducts(WizardComponent):
    """Hands lines to the form under it, unsaved: ``UpdateParent`` with commands for its rows."""

    template_name = "office/quantities.html"
    window_title = "Products"
    confirm_label = "Add to the invoice"
    permission = "office.add_invoice"

    heads = ("Product", "Price", "In stock", "Quantity")

    def make_form(self, data: Mapping[str, Any] | None) -> QuantitiesForm:
        choices = [Choice(product.pk, product.name, product.price, product.stock) for product in Product.objects.all()]
        form = QuantitiesForm(choices, data, auto_id=f"products_{self.id}_%s")
        form.fields["instead"] = forms.BooleanField(required=False, label="Instead of the lines that are there")
        return form

    def action_confirm(self) -> Result:
        form = self.make_form(self.submitted)
        form.is_valid()
        first = [("K",)] if self.cleaned_data["instead"] else []
        return UpdateParent({"lines": [*first, *map(created, form.chosen.items())]}, close=True)


def created(chosen: tuple[int, int]) -> tuple[str, dict[str, Any]]:
    """The command for one more line."""
    product = Product.objects.get(pk=chosen[0])
    return "C", {"product": product.pk, "text": product.name, "quantity": chosen[1], "unit_price": product.price}


class RegisterPayment(WizardComponent):
    """About the rows that were selected. It answers through the builder: what is said is put in order at the end.

    One sentence is for others: whoever looks at the overview, which follows the topic.
    """

    window_title = "Register a payment"
    confirm_label = "Register"
    permission = "office.post_invoice"
    template_name = "office/payment.html"

    paid_on: date = field(default_factory=timezone.localdate, bind=True)
    way: Literal["transfer", "card", "cash"] = field("transfer", bind=True)

    def action_confirm(self) -> None:
        request = self.request
        request.set_selected_pks(*self.ctx["active_ids"], model=Invoice)
        try:
            paid = invoices.pay(request.selected_pks, self.paid_on, actor=self.user, page=self.page)
        except invoices.NotPossible as error:
            request.error(str(error), alert="Not registered")
            return
        request.success(f"Paid by {self.way}: {', '.join(map(str, paid))}.", refresh_all=True)
        request.close_window()
        amount = exact(sum((each.total for each in paid), Decimal(0)))
        request.add(Toast(f"{self.user.get_username()} registered {amount} as paid").to(news.INVOICES))
