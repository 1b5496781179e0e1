"""Words that change what is in the page."""

from __future__ import annotations

import asyncio
from typing import Literal

from django.templatetags.static import static
from django.utils.html import format_html

from liveactions import (
    HTML,
    ActiveTab,
    Delete,
    EditingMode,
    Event,
    Focus,
    History,
    LoadJS,
    Notify,
    Refresh,
    Result,
    Signal,
    Signals,
    Toast,
    action,
    signal,
)
from liveactions.results.words import Swap, page
from sample_site.gallery.exhibits import Topic, exhibits
from sample_site.gallery.pieces import Looking, clock, piece
from sample_site.gallery.room import Room

__all__ = ["Page"]

PROMISES = Topic(
    "Before the answer", "What a button promises is shown at once; the answer takes it back, and says what is."
)
POSTED = {"target": "#letter", "move": "#posted"}


class Page(Looking, Room):
    words = page

    count: int = signal(0)
    looked_at: str = ""
    letter: int = 1
    posted: list[int] = []
    stamps: int = 0

    # HTML and Delete

    @exhibits(HTML)
    @action
    def swap(self, mode: Swap) -> HTML:
        """Eight ways to put markup somewhere, seen from the target."""
        name = "swap_target" if mode == "outer" else ""
        content = f"{mode}, {clock()}" if mode == "inner" else piece(f"{mode}, {clock()}", name)
        return HTML(content, target="#swap_target", swap=mode)

    @exhibits(HTML, "Reset the stage")
    @action
    def reset(self) -> HTML:
        target = format_html('<p class="stage__piece" id="swap_target">The target</p>')
        return HTML(target, target="#swap_stage", swap="inner")

    @exhibits(HTML, "Swap slowly")
    @action
    def slowly(self) -> HTML:
        """A delay before, a view transition, a delay after. What follows waits."""
        fresh = piece(f"Slowly, {clock()}", "slow_target")
        return HTML(fresh, target="#slow_target", transition=True, swap_delay=200, settle_delay=200)

    @exhibits(HTML, "With the focus")
    @action
    def focused(self) -> HTML:
        """After a patch the focus stays where it is, unless the result says where it goes."""
        field = format_html(
            '<label class="field" id="focus_target"><span class="field__label">It has the focus</span>'
            '<input class="input" name="focused" value="{}"></label>',
            clock(),
        )
        return HTML(field, target="#focus_target", focus="input[name=focused]")

    @exhibits(HTML, "Lenient", "Strict")
    @action
    def missing(self, targets: Literal["lenient", "strict"]) -> list[Result]:
        """A target that is not there is passed over with a diagnostic, or an error if targets are strict."""
        return [
            HTML("nobody sees this", target="#not_in_this_page", strict_targets=targets == "strict"),
            Toast("A missing target was passed over."),
        ]

    @exhibits(Delete, "Delete")
    @action
    def remove(self) -> Delete:
        return Delete("#doomed", transition=True)

    @exhibits(Delete, "Bring it back")
    @action
    def bring_back(self) -> HTML:
        return HTML(piece("It is back", "doomed"), target="#doomed_stage", swap="inner")

    # Events, the address bar, scripts

    @exhibits(Event, "On the window")
    @action
    def event(self) -> Event:
        return Event("gallery:hello", {"time": clock()})

    @exhibits(Event, "On the element")
    @action
    def event_at(self) -> Event:
        return Event("gallery:hello", {"time": clock()}, target="#event_target")

    @exhibits(History, "Push")
    @action
    def push(self) -> History:
        return History(push_url="/gallery/?pushed=1#History")

    @exhibits(History, "Replace")
    @action
    def replace(self) -> History:
        return History(replace_url="/gallery/?replaced=1#History")

    @exhibits(LoadJS, "Load and greet")
    @action
    def load(self) -> list[Result]:
        """The event waits until the module is there; asked for twice, it is loaded once."""
        return [
            LoadJS(static("gallery/greeter.js")),
            Event("gallery:greet", {"name": self.user.get_username()}),
        ]

    # Signals

    @exhibits(Signal, "Count")
    @action
    def state(self) -> None:
        """A field of the component, declared as ``count: int = signal(0)``, is a signal too."""
        self.count += 1

    @exhibits(Signal, "Mood")
    @action
    def local(self) -> Signal:
        """A name without ``$`` belongs to the component that speaks."""
        return Signal("mood", f"fine at {clock()}")

    @exhibits(Signal, "$unread = 7")
    @action
    def everywhere(self) -> Signal:
        """A name with ``$`` belongs to the whole page. Look at the bell."""
        return Signal("$unread", 7)

    @exhibits(Signals, "Several")
    @action
    def several(self) -> Signals:
        return Signals({"status": "busy", "$desk": {"open": True, "since": clock()}})

    @exhibits(Signals, "Merge")
    @action
    def merge(self) -> Signals:
        """Only ``open`` changes; ``since`` stays."""
        return Signals({"$desk": {"open": False}})

    # Focus, editing, tabs

    @exhibits(Focus, "A selector")
    @action
    def focus(self) -> Focus:
        return Focus("#focus_city")

    @exhibits(Focus, "The first invalid field")
    @action
    def first_invalid(self) -> Focus:
        return Focus("first-invalid")

    @exhibits(EditingMode, "Edit", "Done")
    @action
    def edit(self, on: Literal["yes", "no"]) -> EditingMode:
        return EditingMode(on == "yes")

    @exhibits(EditingMode, "Somebody else wants it anew")
    @action
    def others(self) -> Result:
        """What others want of a component that is being edited waits until that is done, and is done once."""
        return Refresh().to(self.address)

    @exhibits(ActiveTab, "The third", "The one named “lines”")
    @action
    def tab(self, which: Literal[2, "lines"]) -> ActiveTab:
        return ActiveTab(which)

    # Before the answer

    @exhibits(PROMISES, "Post the letter", promises=POSTED)
    @action
    async def post(self) -> None:
        """It takes its time, and comes true."""
        await asyncio.sleep(1)
        self.posted = [*self.posted[-2:], self.letter]
        self.letter += 1

    @exhibits(PROMISES, "Post it without a stamp", promises=POSTED)
    @action
    async def come_back(self) -> Notify:
        """It takes its time, and comes to nothing: with the answer the letter is back."""
        await asyncio.sleep(1)
        return Notify("Not posted: there is no stamp on it.", color="orange")

    @exhibits(PROMISES, "One more stamp", promises={"target": "#stamps", "text": "+= 1"})
    @action
    async def stamp(self) -> None:
        """Pressed three times it counts three, and each answer takes its own away."""
        await asyncio.sleep(0.5)
        self.stamps += 1
