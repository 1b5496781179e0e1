"""What open pages are told. Everything here may be called from a view, a command or a worker as well."""

from __future__ import annotations

from liveactions import Toast, broadcast
from liveactions.contrib import records
from sample_site.desk.models import Activity

__all__ = ["DASHBOARD", "DAYS", "ORDERS", "day_began", "sentence", "tell"]

ORDERS = "desk.orders"
"""The topic of everything that happens to orders."""

DAYS = "desk.days"
"""The topic of what depends on which day it is."""

DASHBOARD = "desk.dashboard"
"""The topic of the dashboard: who follows it is here."""


def sentence(activity: Activity) -> str:
    """``ben moved #1042 to Packing``."""
    return str(activity)


def day_began() -> None:
    """It is another day: what was done today is to be counted from nothing."""
    broadcast(DAYS, event="day_began")


def tell(activity: Activity, *, page: str | None = None, quietly: bool = False) -> None:
    """Let every page that follows the orders catch up; a toast goes to all but ``page``, unless ``quietly``."""
    records.changed(activity.order)
    broadcast(ORDERS, event="order_changed", order=activity.order_id)
    if not quietly:
        broadcast(ORDERS, Toast(sentence(activity), level="info" if activity.actor_id else "warning"), exclude=page)
