"""A publisher in a process of its own: it broadcasts steadily, and writes down what was acknowledged.

``python -m tests.faults.publisher NUMBER RATE SAID_EVERY SIZE`` in the environment of the site; SIGTERM ends it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.faults.history import Message, Publication

__all__ = ["journal_of", "published"]


def journal_of(folder: Path, number: int) -> Path:
    return folder / f"published-{number}.jsonl"


def published(folder: Path) -> Iterator[Publication]:
    """What all publishers have written down; a line that was not finished was not acknowledged."""
    for file in sorted(folder.glob("published-*.jsonl")):
        for line in file.read_text().splitlines():
            publisher, serial, *rest = json.loads(line)
            yield Publication(Message(publisher, serial), *rest)


def text_of(publisher: int, serial: int, size: int) -> str:
    """What a message says: its own name, repeated."""
    return f"{publisher}:{serial} ".ljust(size, "abcdefghij"[serial % 10])


class Latest:
    """The last message of a publisher, for pages that are rendered: written before it is told, as data is."""

    def __init__(self, folder: Path, number: int) -> None:
        self.file = os.open(folder / f"latest-{number}", os.O_WRONLY | os.O_CREAT)
        self.set(0)

    def set(self, serial: int) -> None:
        os.pwrite(self.file, f"{serial:12}".encode(), 0)


async def publish(folder: Path, number: int, rate: float, said_every: int, size: int) -> None:
    """Until the process is told to end, so many messages a second."""
    from liveactions import Event, abroadcast
    from tests.faults.site.components import NEWS

    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    latest = Latest(folder, number)
    serial, due = 0, time.monotonic()
    with journal_of(folder, number).open("a", buffering=1) as journal:
        while not stopped.is_set():
            serial += 1
            said = serial % said_every == 0
            text = text_of(number, serial, size)
            payload = {"publisher": number, "serial": serial, "text": text, "said": said}
            heard = {"event": "said", "message": f"{number}:{serial}"} if said else {}
            latest.set(serial)
            began = time.monotonic()
            try:
                await abroadcast(NEWS, Event(NEWS, payload), **heard)
                acknowledged = True
            except Exception:  # noqa: BLE001  # whatever it is: it was not acknowledged
                acknowledged = False
            record = [number, serial, began, time.monotonic(), acknowledged, zlib.crc32(text.encode()), said]
            journal.write(json.dumps(record) + "\n")
            due = max(due + 1 / rate, time.monotonic())
            await asyncio.sleep(due - time.monotonic())


def main() -> None:
    import django

    django.setup()
    number, rate, said_every, size = sys.argv[1:]
    folder = Path(os.environ["FAULTS_FOLDER"])
    print("Publishing.", flush=True)
    asyncio.run(publish(folder, int(number), float(rate), int(said_every), int(size)))


if __name__ == "__main__":
    main()
