from liveactions import Component, action, Toast, field, broadcast, Signal
class Counter(Component):
    template = '''<div><output>{{ count }}</output><button live-click="increment" live-value-by="2">Add two</button><input live-model="note" name="note" value="{{ note }}"><p>{{ note }}</p></div>'''
    count: int = 0
    note: str = field("", bind=True)
    @action
    def increment(self, by: int = 1):
        self.count += by
        return Toast(f"Counted to {self.count}")
    @action
    async def later(self, by: int = 1):
        self.count += by
        yield Toast("1")
        yield Toast("2")
    @action
    def boom(self): raise ValueError("x")
def test_a(live):
    page = live.open(Counter, count=2)
    page.click("Add two")
    assert page.text("output") == "4"
    assert page.toasts == ["Counted to 4"]
    print("\n".join(page.frames), page.renders, page.bytes_down, page.bytes_up, page.components, page.component(Counter).state)
    page.fill("note", "hello"); assert page.text("p") == "hello"
    print(page.call("later", by=3)); assert page.text("output") == "7"
    page.reconnect()
    page.click("Add two"); assert page.text("output") == "9"
    print("\n".join(page.frames))
