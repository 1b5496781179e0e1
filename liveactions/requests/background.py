"""What takes long: telling the page how far it has come, and leaving it to the background."""

from __future__ import annotations

import logging
import time

from liveactions.bus import broadcast
from liveactions.errors import BusUnavailable
from liveactions.requests.logs import LogsOfRequest
from liveactions.results import Event, Result, Signal, array_of, audience
from liveactions.runtime.background import LATER

__all__ = ["BackgroundOfRequest"]

logger = logging.getLogger("liveactions")

INTERVAL = 0.25
"""Seconds between two tellings of one call. The first is told at once, and so is the last."""

TOLD = "_progress"


class BackgroundOfRequest(LogsOfRequest):
    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Tell the page how far a long action has come: ``done`` of ``total`` steps (None: nobody knows how many).

        Sent at once, at most a few times a second: the signal ``$progress`` and the event ``live:progress``, both
        ``{"call", "component", "done", "total", "percent", "text"}``. When ``done`` reaches ``total`` the signal is
        None again. Without a page nothing happens.
        """
        ended = total is not None and done >= total
        if not self.page or not is_time(self, ended=ended):
            return
        percent = None if not total else max(0, min(100, round(100 * done / total)))
        far = {"done": done, "total": total, "percent": percent, "text": str(text)}
        news = {"call": self.call, "component": self.component, **far}
        signal = Signal("$progress", None if ended else news)
        try:
            broadcast(audience.page(self.page), signal, Event("live:progress", news), on_commit=False)
        except BusUnavailable as error:  # no reason to stop
            logger.warning("Page %s was not told of progress. %s", self.page, error)

    def later(self, result: Result) -> bool:
        """Have a result performed in the background, after the commit; the page goes on, and gets what it comes to.

        For performers (``@performs``) that take long. False where nothing was done, because this is the background
        already, or there is no page: then perform it here.
        """
        if self.scene is None or self.scene.in_background or not self.page:
            return False
        try:
            broadcast(audience.page(self.page), event=LATER, component=self.component, word=array_of(result))
        except BusUnavailable as error:
            logger.warning("%s is done at once, because nobody else can be asked. %s", type(result).__name__, error)
            return False
        return True


def is_time(request: object, *, ended: bool) -> bool:
    """Whether to tell now. An end without a beginning is not worth telling."""
    own, now = vars(request), time.monotonic()
    told = own.get(TOLD)
    if ended:
        own.pop(TOLD, None)
        return told is not None
    if told is not None and now - told < INTERVAL:
        return False
    own[TOLD] = now
    return True
