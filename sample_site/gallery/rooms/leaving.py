"""Words that say where the browser goes, and what it takes along."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import gettempdir
from typing import Literal

from django.http import HttpResponse

from liveactions import Download, OpenURL, Redirect, Reload, Result, Toast, action
from liveactions.results.words import leaving
from sample_site.gallery.exhibits import exhibits
from sample_site.gallery.room import Room

__all__ = ["Leaving"]

MEGABYTE = 1024 * 1024


def large_file() -> Path:
    """A file of 5 MB on the server's disk."""
    path = Path(gettempdir(), "gallery_large.bin")
    if not path.exists() or path.stat().st_size != 5 * MEGABYTE:
        path.write_bytes(bytes(range(256)) * (5 * MEGABYTE // 256))
    return path


class Leaving(Room):
    words = leaving

    @exhibits(Redirect, "Leave and come back")
    @action
    def leave(self) -> list[Result]:
        """The last thing of an answer."""
        return [
            Redirect("/gallery/?redirected=1#Redirect"),
            Toast("Nobody sees this.", level="error"),
        ]

    @exhibits(OpenURL, "In a new tab", "In this tab")
    @action
    def open(self, target: Literal["_blank", "self"]) -> OpenURL:
        """Where the browser blocks the new tab, a sticky warning offers the link."""
        return OpenURL("/gallery/?opened=1", target=target)

    @exhibits(Download, "A text")
    @action
    def text(self) -> Download:
        """Small files travel over the socket."""
        return Download("hello.txt", b"Hello", "text/plain")

    @exhibits(Download, "A table")
    @action
    def table(self) -> Download:
        file = io.StringIO()
        csv.writer(file).writerows([["number", "customer"], [1042, "Rosa"], [1043, "Emil"]])
        return Download("orders.csv", file.getvalue().encode(), "text/csv")

    @exhibits(Download, "Piece by piece")
    @action
    def chunks(self) -> Download:
        """What is made piece by piece is written to the server's disk first, never held in memory."""
        return Download.from_chunks("lines.txt", (b"line %d\n" % number for number in range(100_000)), "text/plain")

    @exhibits(Download, "5 MB from the disk", also=(large_file,))
    @action
    def large(self) -> Download:
        """Fetched by an address that works once, and streamed."""
        return Download("large.bin", path=large_file())

    @exhibits(Download, "What a view returns")
    @action
    def attached(self) -> HttpResponse:
        """An attachment of a view is a Download, too."""
        headers = {"Content-Disposition": 'attachment; filename="attached.txt"'}
        return HttpResponse("From a view", content_type="text/plain", headers=headers)

    @exhibits(Reload)
    @action
    def reload(self, scope: Literal["page", "frontend", "caches"]) -> Reload:
        return Reload(scope)
