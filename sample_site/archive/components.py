"""Large lists: a window on ten thousand orders, and a stream of sales."""

from __future__ import annotations

from liveactions import Component, Stream, Window, action, field, stream, window
from sample_site.archive.records import PastOrder, Sale, orders_found, sale, sales

__all__ = ["Orders", "Till"]


class Orders(Component):
    """All orders since 2016; of these only what one sees is rendered, sent and in the page."""

    template_name = "archive/orders.html"

    search: str = field("", bind=True)
    visible: Window = window(size=40)

    @property
    def shown(self) -> list[PastOrder]:
        return self.visible.of(orders_found(self.search))

    def updated(self, changed: frozenset[str]) -> None:
        if "search" in changed:
            self.visible.go_to()


class Till(Component):
    """The last fifty sales. The server keeps their numbers, and no sale."""

    template_name = "archive/till.html"

    sales: Stream[Sale] = stream("number", limit=50, load=sales)
    sold: int = 0

    def mount(self) -> None:
        self.sell(3)

    @action
    def sell(self, count: int = 1) -> None:
        for _ in range(min(count, 100)):
            self.sold += 1
            self.sales.prepend(sale(self.sold))

    @action
    def take_back(self, number: int) -> None:
        self.sales.delete(number)

    @action
    def empty(self) -> None:
        self.sales.clear()
