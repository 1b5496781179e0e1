from __future__ import annotations

from liveactions import Component, Present, action, presence


class Room(Component):
    """Tells how many are here."""

    name = "operations.room"
    template = "<p>here: {{ here|length }}, waves: {{ waves }}</p>"
    waves: int = 0
    here: list[Present] = presence("operations.room")

    @action
    def wave(self):
        self.waves += 1
