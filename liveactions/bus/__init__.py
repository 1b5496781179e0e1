"""How one page's news reach the others: numbered in a log, rung through the channel layer, fanned out by hubs.

``broadcast`` → after commit → encoded once → ``courier`` → ``log`` (``memory`` or ``redis``) → ``layer`` rings →
every process's ``hub`` → its ``line`` of that stream → the pages that follow it, the same bytes.
"""

from liveactions.bus.process import attendance, before_close, census, close_hub, cursor_now, hub, states
from liveactions.bus.publish import Addressee, abroadcast, before_commit, broadcast

__all__ = [
    "Addressee",
    "abroadcast",
    "attendance",
    "before_close",
    "before_commit",
    "broadcast",
    "census",
    "close_hub",
    "cursor_now",
    "hub",
    "states",
]
