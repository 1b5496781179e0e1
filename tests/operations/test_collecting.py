"""What the garbage collector is spared."""

from __future__ import annotations

from tests.documents import ROOT
from tests.processes import changed, python

ASKED = """
import asyncio, gc
from liveactions.asgi import get_asgi_application

application = get_asgi_application()
loaded = [[] for _ in range(10_000)]

async def come():
    async def receive():
        return {"type": "websocket.connect"}
    async def send(message):
        pass
    await application({"type": "websocket", "path": "/nowhere/", "headers": []}, receive, send)

counts = [gc.get_freeze_count()]
for _ in range(2):
    asyncio.run(come())
    counts.append(gc.get_freeze_count())
    later = [[] for _ in range(10_000)]
print(*(after - before for before, after in zip(counts, counts[1:])))
"""


def test_what_is_loaded_by_the_first_socket_is_looked_through_no_more_and_what_comes_later_is():
    env = changed({"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)})
    first, second = map(int, python("-c", ASKED, env=env, cwd=ROOT).split()[-2:])
    assert first > 10_000
    assert second < 1_000
