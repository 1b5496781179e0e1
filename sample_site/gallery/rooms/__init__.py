"""The rooms, in the order in which one walks through them."""

from __future__ import annotations

from sample_site.gallery.room import Room
from sample_site.gallery.rooms.doors import Doors
from sample_site.gallery.rooms.flow import Flow
from sample_site.gallery.rooms.leaving import Leaving
from sample_site.gallery.rooms.messages import Messages
from sample_site.gallery.rooms.page import Page
from sample_site.gallery.rooms.records import Records
from sample_site.gallery.rooms.windows import Windows

__all__ = ["ROOMS", "Doors", "Flow", "Leaving", "Messages", "Page", "Records", "Windows"]

ROOMS: tuple[type[Room], ...] = (Page, Messages, Windows, Records, Leaving, Flow, Doors)
