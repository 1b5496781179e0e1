"""The live parts of the dashboard. They know one another only through the topics of ``news``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from liveactions import (
    HTML,
    Component,
    Notify,
    Present,
    Result,
    SharedComponent,
    Toast,
    action,
    audience,
    broadcast,
    field,
    on,
    presence,
)
from sample_site.desk import news, orders
from sample_site.desk.forms import NewOrderForm
from sample_site.desk.models import BOARD_STAGES, Activity, Order, OrderLine, Stage

__all__ = ["ActivityFeed", "Board", "Figures", "NewOrder", "OrderCard", "OrderPanel", "Rounds", "WhoIsHere"]

Column = Literal["new", "picking", "packing", "shipped"]


class Figures(SharedComponent):
    """How the desk is doing, in four numbers: counted once for everybody who looks."""

    template_name = "desk/figures.html"

    open_orders: int = 0
    value_in_work: Decimal = Decimal(0)
    shipped_today: int = 0
    late: int = 0

    def mount(self) -> None:
        self.count()

    def topics(self) -> list[str]:
        return [news.ORDERS, news.DAYS]

    @on("order_changed")
    def count_again(self, order: int) -> None:
        self.count()

    @on("day_began")
    def count_today(self) -> None:
        self.count()

    def restored(self) -> None:
        self.count()

    def count(self) -> None:
        self.open_orders = Order.objects.open().count()
        self.value_in_work = Order.objects.open().value()
        self.shipped_today = Order.objects.on_board().filter(stage=Stage.SHIPPED).count()
        self.late = Order.objects.open().filter(late=True).count()


@dataclass
class Round:
    """Something to be done once a day, and who has done it."""

    name: str
    done_by: str = ""


class Rounds(SharedComponent):
    """What has to be looked after today. Everybody ticks off the same list."""

    template_name = "desk/rounds.html"
    DAILY = ("Count the returns shelf", "Call the carrier", "Water the plants", "Close the gate")

    rounds: list[Round] = field(default_factory=lambda: [Round(name) for name in Rounds.DAILY])

    def topics(self) -> list[str]:
        return [news.DAYS]

    @on("day_began")
    def begin(self) -> None:
        self.rounds = [Round(name) for name in self.DAILY]

    def left(self) -> int:
        return sum(not each.done_by for each in self.rounds)

    @action
    def tick(self, name: str) -> Result | None:
        """Done, or not done after all: whoever says so last."""
        found = next((each for each in self.rounds if each.name == name), None)
        if found is None:
            return Notify("This is not on the list any more.", color="orange")
        found.done_by = "" if found.done_by else self.user.get_username()
        return None


@dataclass(frozen=True)
class BoardColumn:
    stage: Stage
    orders: list[Order]


class Board(Component):
    """The orders by stage. Moving one that somebody else has just moved is answered with a warning, not done."""

    template_name = "desk/board.html"

    search: str = field("", bind=True)
    opened: int | None = None

    def topics(self) -> list[str]:
        return [news.ORDERS, news.DAYS]

    @on("order_changed")
    def look_again(self, order: int) -> None:
        """Nothing to keep: the orders are read when the template is rendered."""

    @on("day_began")
    def clear_shipped(self) -> None:
        """Nor here: what was shipped yesterday is on the board no longer."""

    def columns(self) -> list[BoardColumn]:
        found = list(Order.objects.on_board().search(self.search).select_related("customer"))
        return [BoardColumn(stage, [order for order in found if order.stage == stage]) for stage in BOARD_STAGES]

    def opened_order(self) -> Order | None:
        return Order.objects.select_related("customer").filter(pk=self.opened).first() if self.opened else None

    @on("order_opened")
    def open(self, order: int) -> None:
        """A card of this page was opened."""
        self.opened = order

    @action(permission="desk.change_order", atomic=True)
    def move(self, order: int, to: Column, version: int) -> Toast | Notify | None:
        """A card was dropped on a column."""
        return move_order(self, order, to, version)

    @action(repeatable=True)
    def close(self) -> None:
        self.opened = None

    @action(repeatable=True)
    def clear_search(self) -> None:
        self.search = ""


class OrderCard(Component):
    """One order on the board. The board hands it the order as it stands, whenever that has changed."""

    template_name = "desk/order_card.html"

    order: Order

    @action(permission="desk.change_order", atomic=True)
    def move(self, to: Column, version: int) -> Toast | Notify | None:
        return move_order(self, self.order.pk, to, version)

    @action
    def open(self) -> None:
        """Ask the board of this page to show the order in full."""
        broadcast(audience.page(self.page), event="order_opened", order=self.order.pk)


def move_order(component: Component, order: int, to: str, version: int) -> Toast | Notify | None:
    """Move it, and say so to the one who did; the others hear of it from ``news``."""
    stage = Stage(to)
    try:
        moved = orders.move(order, stage, seen=version, actor=component.user, page=component.page)
    except orders.Overtaken as overtaken:
        return Notify(f"Not moved: {overtaken}.", color="orange")
    return Toast(f"{moved} is now in {stage.label}.", level="success") if moved else None


class OrderPanel(Component):
    """One order in full, beside the board."""

    template_name = "desk/order_panel.html"

    order: Order

    def topics(self) -> list[str]:
        return [news.ORDERS]

    @on("order_changed")
    def read_again(self, order: int) -> None:
        if order == self.order.pk:
            self.order.refresh_from_db()

    def lines(self) -> list[OrderLine]:
        return list(self.order.lines.select_related("product"))

    def history(self) -> list[Activity]:
        return list(self.order.activity.select_related("actor")[:6])

    @action(permission="desk.change_order", atomic=True)
    def change_quantity(self, line: int, by: int, version: int) -> Notify | None:
        try:
            orders.change_quantity(self.order.pk, line, by, seen=version, actor=self.user, page=self.page)
        except (orders.Overtaken, orders.OutOfStock) as reason:
            return Notify(f"Not changed: {reason}.", color="orange")
        self.order.refresh_from_db()
        return None

    @action(permission="desk.change_order", confirm="The order will leave the board for everybody. Go on?", atomic=True)
    def cancel(self, version: int) -> Toast | Notify:
        try:
            self.order = orders.cancel(self.order.pk, seen=version, actor=self.user, page=self.page)
        except orders.Overtaken as overtaken:
            return Notify(f"Not cancelled: {overtaken}.", color="orange")
        return Toast(f"{self.order} is cancelled.", level="success")


class NewOrder(Component):
    """The quick form. What was typed is kept as state, so errors stay where they belong until they are mended."""

    template_name = "desk/new_order.html"

    typed: dict[str, str] = {}
    taken: int = 0
    """How many orders were taken through this form. It is part of the form's id, so each begins with an empty form."""

    def form(self) -> NewOrderForm:
        return NewOrderForm(self.typed or None, auto_id="new_order_%s")

    @action(permission="desk.add_order", atomic=True)
    def save(
        self, customer: str = "", product: str = "", quantity: str = "", promise: str = "", note: str = ""
    ) -> list[Result]:
        self.typed = {
            "customer": customer,
            "product": product,
            "quantity": quantity,
            "promise": promise,
            "note": note,
        }
        form = self.form()
        order = form.save(actor=self.user, page=self.page) if form.is_valid() else None
        if order is None:
            return [HTML(swap="none", focus="first-invalid")]
        self.typed, self.taken = {}, self.taken + 1
        done = Toast(f"{order} for {order.customer.name} is on the board.", level="success")
        return [done, HTML(swap="none", focus="#new_order_customer")]


class ActivityFeed(Component):
    """What happened, newest first."""

    template_name = "desk/activity_feed.html"
    STEP = 8

    shown: int = STEP

    def topics(self) -> list[str]:
        return [news.ORDERS]

    @on("order_changed")
    def look_again(self, order: int) -> None:
        """Nothing to keep: the feed is read when the template is rendered."""

    def entries(self) -> list[Activity]:
        return list(Activity.objects.select_related("actor", "order")[: self.shown])

    def has_more(self) -> bool:
        return Activity.objects.count() > self.shown

    @action(repeatable=True)
    def more(self) -> None:
        self.shown = min(self.shown + self.STEP, 80)


class WhoIsHere(Component):
    """The people with a dashboard open."""

    template_name = "desk/who_is_here.html"

    here: list[Present] = presence(news.DASHBOARD)
