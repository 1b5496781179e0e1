from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet, Sum

from liveactions import Toast
from liveactions.contrib import records
from tests.contrib.records.shop.models import Buyer, Purchase, Secret


@records.register(Purchase)
class OrderRecords(records.Records):
    columns = ("number", "customer", "customer.city", "stage", "total", "tags", "lines_text")
    search = ("number", "customer__name", "lines__product")
    filters = ("stage", "customer", "urgent", "created")
    ordering = ("-number",)
    fields = ("number", "customer", "stage", "total", "note", "urgent", "tags")
    totals = {"total": Sum("total")}
    related = ("lines",)
    prefetch = ("lines",)
    page_size = 50
    identifier = "shop.orders"

    @records.column("Lines", sort="lines__product")
    def lines_text(self, obj: Any) -> str:
        return ", ".join(map(str, obj.lines.all()))

    def delete_veto(self, obj: Any) -> str | None:
        return "It has been shipped." if obj.stage == Purchase.Stage.SHIPPED else None

    @records.bulk("Ship", confirm="Ship {count} orders?")
    def ship(self, request: Any, orders: QuerySet[Purchase]) -> Toast:
        return Toast(f"{orders.update(stage=Purchase.Stage.SHIPPED)} shipped for {request.user}")


@records.register(Buyer)
class CustomerRecords(records.Records):
    columns = ("name", "city")
    search = ("name",)
    page_size = 10


@records.register(Secret)
class SecretRecords(records.Records):
    columns = ("text", "owner")
    window = True

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        return super().get_queryset(request).filter(owner=str(request.user))

    def can_view(self, request: Any, obj: Model | None = None) -> bool:
        return bool(request.user.is_authenticated)

    can_change = can_add = can_delete = can_view
