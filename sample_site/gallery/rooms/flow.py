"""Words about other words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from liveactions import Event, Multi, Noop, Notify, Result, Switch, Toast, action, audience, register_result
from liveactions.results.words import flow
from sample_site.gallery.exhibits import Topic, exhibits
from sample_site.gallery.room import Room

__all__ = ["Confetti", "Flow"]

SOMEBODY = Topic("For somebody else", "Every result can be addressed; it is sent when the action has succeeded.")


@register_result("gallery.confetti")
@dataclass(frozen=True)
class Confetti(Result):
    """A word of this site's own, registered under one name in Python and in the browser.

    ``pieces`` of paper rain from the top; where motion is to be reduced, a line says so instead.
    """

    pieces: int = 60


class Flow(Room):
    words = flow

    lines: list[str] = ["Pens", "Pads", "Ink"]

    @exhibits(Switch, "Remove a line")
    @action
    def remove_line(self) -> Toast:
        """Behind a button of a toast it travels signed: what undoing needs stays on the server."""
        if not self.lines:
            return Toast("Nothing is left.", level="warning")
        line, self.lines = self.lines[-1], self.lines[:-1]
        undo = Switch("put_back", {"line": line}, title="Undo")
        return Toast(f"{line} was removed.", action=undo, timeout=8000)

    @action
    def put_back(self, line: str) -> Notify:
        self.lines = [*self.lines, line]
        return Notify(f"{line} is back.", color="green")

    @exhibits(Switch, "Go on elsewhere")
    @action
    def elsewhere(self) -> Switch:
        """It may go on with an action of another component of the page."""
        return Switch("toast", {"level": "success"}, component="gallery.messages")

    @exhibits(Multi, "Several behind one button")
    @action
    def several(self) -> Toast:
        both = Multi([Toast("First."), Event("gallery:hello", {"time": "now"}), Toast("Last.", level="success")])
        return Toast("One button, three results.", action=both, action_label="All of them", sticky=True)

    @exhibits(Noop, "Nothing to do")
    @action
    def nothing(self) -> Toast:
        return Toast("This wants no answer.", action=Noop(), action_label="All right", sticky=True)

    @exhibits(Confetti, "A little", "A lot", also=(Confetti,))
    @action
    def celebrate(self, pieces: Literal[40, 200]) -> Confetti:
        return Confetti(pieces)

    @exhibits(SOMEBODY, "You, on all your pages", "Everyone")
    @action
    def tell(self, whom: Literal["me", "all"]) -> Result:
        to = audience.user(self.user) if whom == "me" else audience.everyone
        return Toast(f"{self.user.get_username()} says hello.").to(to)
