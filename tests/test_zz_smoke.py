from liveactions import Component, action, Toast, broadcast, on, abroadcast
from tests.wires import items
import pytest

async def test_smoke(connect):
    class Counter(Component):
        template = "<p>{{ count }}</p>"
        count: int = 0
        def topics(self): return ["team.7"]
        @action
        def increment(self, by: int = 1):
            self.count += by
            return Toast("hi")
        @action
        async def inc(self, by: int = 1):
            self.count += by
            return Toast("hi")
        @on("x")
        def heard(self): self.count += 100
    wire = await connect()
    html = await wire.embed("tests.counter", count=3)
    print(html)
    a = await wire.mount(html); print(a)
    print(await wire.call(1, "increment", by=2))
    print(await wire.call(1, "inc", by=2))
    await abroadcast("team.7", Toast("all"), event="x")
    print(await wire.frame()); print(await wire.frame())
    for f in wire.frames: print(f)
