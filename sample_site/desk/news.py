"""What open pages are told. Everything here may be called from a view, a command or a worker as well."""

from __future__ import annotations

from liveactions import Toast, broadcast
from liveactions.contrib import records
from sample_site.desk.models import Activity

__all__ = ["ORDERS", "PRESENCE", "sentence", "tell", "who_changed"]

ORDERS = "desk.orders"
"""The topic of everything that happens to orders."""

PRESENCE = "desk.presence"
"""The topic of who comes and goes."""


def sentence(activity: Activity) -> str:
    """``ben moved #1042 to Packing``."""
    return str(activity)


def tell(activity: Activity, *, page: str | None = None, quietly: bool = False) -> None:
    """Let every page that follows the orders catch up; a toast goes to all but ``page``, unless ``quietly``."""
    records.changed(activity.order)
    broadcast(ORDERS, event="order_changed", order=activity.order_id)
    if not quietly:
        broadcast(ORDERS, Toast(sentence(activity), level="info" if activity.actor_id else "warning"), exclude=page)


def who_changed() -> None:
    """Let every page that shows who is here look again."""
    broadcast(PRESENCE, event="who_changed")
