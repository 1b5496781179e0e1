"""Where the package looks for components: the rooms, and what else stands in them."""

from sample_site.gallery.rooms import Doors, Flow, Leaving, Messages, Page, Records, Windows
from sample_site.gallery.rooms.doors import BlockShape, TextShape
from sample_site.gallery.rooms.records import OrderLines
from sample_site.gallery.rooms.windows import Greeting, Inner

__all__ = [
    "BlockShape",
    "Doors",
    "Flow",
    "Greeting",
    "Inner",
    "Leaving",
    "Messages",
    "OrderLines",
    "Page",
    "Records",
    "TextShape",
    "Windows",
]
