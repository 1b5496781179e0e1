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
    ActiveTab,
    Alert,
    Chunk,
    Close,
    Confirm,
    Custom,
    DataRecord,
    Delete,
    Download,
    EditingMode,
    Error,
    Event,
    Focus,
    History,
    LoadJS,
    Log,
    Multi,
    Noop,
    Notify,
    OpenURL,
    Patch,
    RecordDeleted,
    Redirect,
    Reference,
    Refresh,
    Reload,
    Result,
    Rows,
    Shared,
    Signal,
    Signals,
    Toast,
    UpdateParent,
    Whole,
)
from liveactions.results.custom import custom_name
from liveactions.testing.controls import Drafts
from liveactions.testing.document import Document, Node, ancestors, attribute, closest, contains
from liveactions.testing.files import Files
from liveactions.testing.forms import FormWriter
from liveactions.testing.gestures import Request, Write
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
    files: Files = field(default_factory=Files)
    tabs: list[str] = field(default_factory=list)
    """The addresses that were opened in tabs of their own."""
    following: list[Result] = field(default_factory=list)
    """What is to be performed next, in the name of the same component."""
    wanted: list[Request | Write] = field(default_factory=list)
    """What the page has to ask the server."""
    again: list[tuple[int | None, tuple[str, ...] | bool]] = field(default_factory=list)
    """The components (None: all) in which what is loaded later is to be loaded again, and its names."""

    def perform(self, result: Result, scope: int | None) -> None:
        """Perform one result of component ``scope``. Raises ``NotPerformed``."""
        if custom_name(type(result)) is None:
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

    def shared(self, shared: Shared, _scope: int | None) -> None:
        """This page has not asked for patches: what a shared component looks like comes whole."""
        roots = self.document.select(f'[live-shared="{shared.key}"]')
        for result in (result for result in shared.results if isinstance(result, Signal | Signals)):
            for root in roots:
                self.perform(result, int(attribute(root, "live-id") or 0))

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

    # Windows and forms ----------------------------------------------------------------------------------------

    def close(self, close: Close, scope: int | None) -> None:
        """Close the open ``<dialog>`` that stands last; one with ``live-window`` is the server's to close."""
        for dialog in self.document.select("dialog[open]")[-1:]:
            window = closest(dialog, "[live-window]")
            owner = None if window is None else self.component_around(window)
            if owner is None:
                del dialog.attrs["open"]
            else:
                self.wanted.append(Request(owner, "close", {"infos": close.infos}))
        if close.reload:
            self.refresh(Refresh("parent"), scope)
        if isinstance(close.notify, Result):
            self.following.append(close.notify)

    def refresh(self, refresh: Refresh, scope: int | None) -> None:
        component = self.parent_of(scope) if refresh.scope == "parent" else scope
        meant = None if refresh.scope == "all" else component
        delayed = refresh.delayed if isinstance(refresh.delayed, bool) else tuple(refresh.delayed)
        names = delayed if isinstance(delayed, bool) else list(delayed)
        args = {"components": None if meant is None else [meant], "delayed": names}
        self.wanted.append(Request(0, "@refresh", args))
        if delayed:
            self.again.append((meant, delayed))

    def parent_of(self, scope: int | None) -> int | None:
        node = None if scope is None else self.document.component(scope)
        around = None if node is None or node.parent is None else self.component_around(node.parent)
        return scope if around is None else around

    def component_around(self, node: Node) -> int | None:
        found = closest(node, "[live-id]")
        return None if found is None else int(attribute(found, "live-id") or 0)

    def update_parent(self, update: UpdateParent, scope: int | None) -> None:
        """Enter the values as a user would, in the form around the component, in it, or the first of the page."""
        root = None if scope is None else self.document.component(scope)
        around = [node for node in ancestors(root) if node.tag == "form"] if root is not None else []
        for form in (around or self.document.select("form", root) or self.document.select("form"))[:1]:
            writer = FormWriter(self.document, self.drafts, self.diagnostics)
            writer.write(form, update.values)
            self.wanted += writer.wanted
        if update.close:
            self.following.append(Close())

    # Files, records, others -----------------------------------------------------------------------------------

    def download(self, download: Download, _scope: int | None) -> None:
        self.files.begin(download)

    def chunk(self, chunk: Chunk, _scope: int | None) -> None:
        if not self.files.add(chunk):
            self.diagnostics.append(f"A piece came of download {chunk.download}, which has not begun.")

    def open_url(self, opened: OpenURL, _scope: int | None) -> None:
        if opened.target == "self":
            self.redirected_to = opened.url
        elif opened.target == "_blank":
            self.tabs.append(opened.url)
        if opened.close and opened.target != "self":
            self.following.append(Close())

    def record(self, record: DataRecord, scope: int | None) -> None:
        title = {} if record.title is None else {"title": record.title}
        self.values.patch(scope, {"record": None})
        self.values.patch(scope, {"record": record.data, **title})

    def rows(self, rows: Rows, scope: int | None) -> None:
        told = {"title": rows.title, "no_data_text": rows.no_data_text}
        given = {name: text for name, text in told.items() if text is not None}
        self.values.patch(scope, {"rows": list(rows.rows), "count": rows.count, **given})

    def reference(self, reference: Reference, scope: int | None) -> None:
        self.wanted.append(Request(scope or 0, "@perform", {"token": reference.token}))

    def several(self, multi: Multi, _scope: int | None) -> None:
        self.following += multi.actions

    def recorded(self, _result: Result, _scope: int | None) -> None:
        """The page shows it or loads it; nothing of that can be seen in its HTML."""

    def read_signals(self) -> None:
        """Take up the ``live-signals`` that are new in the page."""
        for root in self.document.select("[live-id][live-signals]"):
            source = attribute(root, "live-signals") or "{}"
            self.values.read(int(attribute(root, "live-id") or 0), source, json.loads(source))


Performer = Callable[[Stage, Any, "int | None"], None]

PERFORMERS: dict[type[Result], Performer] = {
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
    Shared: Stage.shared,
    Whole: Stage.whole,
    Alert: Stage.recorded,
    Confirm: Stage.recorded,
    Close: Stage.close,
    Refresh: Stage.refresh,
    OpenURL: Stage.open_url,
    Download: Stage.download,
    Chunk: Stage.chunk,
    UpdateParent: Stage.update_parent,
    Focus: Stage.recorded,
    EditingMode: Stage.recorded,
    ActiveTab: Stage.recorded,
    Reload: Stage.recorded,
    Log: Stage.recorded,
    RecordDeleted: Stage.recorded,
    DataRecord: Stage.record,
    Rows: Stage.rows,
    Reference: Stage.reference,
    Custom: Stage.recorded,
    Multi: Stage.several,
    Noop: Stage.recorded,
}
assert set(PERFORMERS) == {word for word in WORDS.values() if not word.server}, "every word has its performer"
