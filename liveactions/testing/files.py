"""Files that a page was handed: by their address, or as bytes, which may come in pieces."""

from __future__ import annotations

from dataclasses import dataclass, field

from liveactions.results import Chunk, Download

__all__ = ["File", "Files"]


@dataclass(slots=True)
class File:
    """One download: its ``content`` as far as it has come, or the ``url`` where the browser fetches it."""

    filename: str
    mimetype: str
    content: bytes | None = None
    url: str | None = None
    size: int | None = None

    @property
    def complete(self) -> bool:
        """Whether all of it is there."""
        return self.size is None or self.content is None or len(self.content) >= self.size


@dataclass(slots=True)
class Files:
    """The downloads of one page, in order."""

    all: list[File] = field(default_factory=list)
    coming: dict[int, File] = field(default_factory=dict)

    def begin(self, download: Download) -> None:
        file = File(download.filename, download.mimetype, download.content, download.url, download.size)
        self.all.append(file)
        if download.id is not None and download.url is None:
            file.content = b""
            self.coming[download.id] = file

    def add(self, chunk: Chunk) -> bool:
        """Take a piece. False for one of a download that has not begun."""
        file = self.coming.get(chunk.download)
        if file is None:
            return False
        file.content = (file.content or b"") + chunk.data
        if file.complete:
            del self.coming[chunk.download]
        return True
