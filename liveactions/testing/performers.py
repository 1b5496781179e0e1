"""What each word does to the page: one performer a word, in a table. The rest of the kit only reads.

Times (delays, view transitions) and looks (focus, toasts) are the browser's; they are in ``page.results`` to be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from liveactions.results import (
    HTML,
    WORDS,
    Delete,
    Error,
    Event,
    History,
    LoadJS,
    Notify,
    Patch,
    Redirect,
    Result,
    Signal,
    Signals,
    Toast,
    Whole,
)
from liveactions.testing.controls import Drafts
from liveactions.testing.document import Document, Node, attribute, contains
from liveactions.testing.signals import Signals as Values

__all__ = ["NotPerformed", "Stage"]


class NotPerformed(Exception):
    """A strict target is not there: what follows in the frame is not performed."""


@dataclass
class Stage:
    """What performers change. ``diagnostics`` is what a browser would say on its console."""

    document: Document
    drafts: Drafts
    values: Values
    url: str
    strict: bool
    redirected_to: str | None = None
    diagnostics: list[str] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    """Components that the server thought were here."""

    def perform(self, result: Result, scope: int | None) -> None:
        """Perform one result of component ``scope``. Raises ``NotPerformed``."""
        PERFORMERS[type(result)](self, result, scope)

    # HTML -----------------------------------------------------------------------------------------------------

    def whole(self, whole: Whole, scope: int | None) -> None:
        root = self.document.component(scope or 0)
        if root is None:
            self.diagnostics.append(f"A patch came for component {scope}, which is not in the page.")
            return
        self.change("outer", root, whole.html)

    def patch(self, patch: Patch, scope: int | None) -> None:
        self.diagnostics.append(f"Component {scope} was patched, which this page has not asked for: {patch}")

    def swap(self, html: HTML, scope: int | None) -> None:
        target = self.target(html.target, scope, strict=html.strict_targets)
        if target is not None:
            self.change(html.swap, target, html.content or "")

    def delete(self, delete: Delete, scope: int | None) -> None:
        target = self.target(delete.target, scope, strict=delete.strict_targets)
        if target is not None:
            self.change("delete", target, "")

    def change(self, how: str, target: Node, html: str) -> None:
        with self.drafts.surviving(target):
            self.missing += self.document.swap(how, target, html)
        self.read_signals()

    def target(self, selector: str | None, scope: int | None, *, strict: bool | None) -> Node | None:
        """The first element that ``selector`` finds: in the component that speaks, else in the page."""
        root = None if scope is None else self.document.component(scope)
        found = root if selector is None else self.first(selector, root)
        if found is None:
            message = f"There is no element {selector or f'of component {scope}'}."
            if self.strict if strict is None else strict:
                raise NotPerformed(message)
            self.diagnostics.append(message)
        return found

    def first(self, selector: str, root: Node | None) -> Node | None:
        try:
            fitting = self.document.select(selector)
        except ValueError as error:
            self.diagnostics.append(str(error))
            return None
        inside = [node for node in fitting if root is not None and contains(root, node)]
        return next(iter(inside or fitting), None)

    # Everything else ------------------------------------------------------------------------------------------

    def event(self, event: Event, scope: int | None) -> None:
        if event.target is not None:
            self.target(event.target, scope, strict=None)

    def redirect(self, redirect: Redirect, _scope: int | None) -> None:
        self.redirected_to = redirect.url

    def history(self, history: History, _scope: int | None) -> None:
        self.url = urljoin(self.url, history.replace_url or history.push_url or "")

    def signal(self, signal: Signal, scope: int | None) -> None:
        self.values.patch(scope, {signal.name: signal.value})

    def signals(self, signals: Signals, scope: int | None) -> None:
        self.values.patch(scope, signals.values)

    def recorded(self, _result: Result, _scope: int | None) -> None:
        """The page shows it or loads it; nothing of that can be seen in its HTML."""

    def read_signals(self) -> None:
        """Take up the ``live-signals`` that are new in the page."""
        for root in self.document.select("[live-id][live-signals]"):
            source = attribute(root, "live-signals") or "{}"
            self.values.read(int(attribute(root, "live-id") or 0), source, json.loads(source))


Performer = Callable[[Stage, Any, "int | None"], None]

PERFORMERS: dict[type[Result], Performer] = {
    **dict.fromkeys(WORDS.values(), Stage.recorded),
    HTML: Stage.swap,
    Delete: Stage.delete,
    Event: Stage.event,
    Toast: Stage.recorded,
    Notify: Stage.recorded,
    Redirect: Stage.redirect,
    History: Stage.history,
    LoadJS: Stage.recorded,
    Signal: Stage.signal,
    Signals: Stage.signals,
    Error: Stage.recorded,
    Patch: Stage.patch,
    Whole: Stage.whole,
}
assert set(PERFORMERS) == set(WORDS.values()), "every word has its performer"
