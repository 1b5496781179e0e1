"""The golden files of ``protocol/``, played by the server's side. Their formats stand in ``protocol/README.md``."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from liveactions import Component, Download, SharedComponent, Signal, Switch, Toast, abroadcast, action, field, signing
from liveactions.consumers import process
from liveactions.errors import BusUnavailable, FrameError
from liveactions.fallback import streams
from liveactions.results import WORDS, Result, array_of, from_wire
from liveactions.results.audience import Audience
from liveactions.runtime import Pages
from liveactions.runtime.draining import drain
from liveactions.shared import forget as forget_shared
from liveactions.signing import MountToken
from liveactions.threads import runner
from liveactions.wire import decode, encode, load, pack
from liveactions.wire.frames import PAGE_FRAMES, SERVER_FRAMES, Frame, Hello
from tests.streams import StreamWire
from tests.wires import Clock, Wire, tokens

PROTOCOL = Path(__file__).parent.parent / "protocol"
FRAMES = {"page": PAGE_FRAMES, "server": SERVER_FRAMES}


def golden(folder: str) -> list[Any]:
    """The files of a folder, as parameters of a test."""
    found = sorted((PROTOCOL / folder).glob("*.json"))
    return [pytest.param(json.loads(path.read_text()), id=path.stem) for path in found]


def contents(folder: str) -> list[dict[str, Any]]:
    return [parameter.values[0] for parameter in golden(folder)]


# Frames ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", golden("frames"))
def test_a_frame_is_these_bytes(file):
    frame = decode(bytes.fromhex(file["hex"]), FRAMES[file["from"]], 2**24)
    assert elements_of(frame) == trimmed(file["frame"])
    assert encode(frame).hex() == file["hex"]


def elements_of(frame: Frame) -> list[Any]:
    return trimmed([frame.kind, *(getattr(frame, f.name) for f in fields(frame))])


def trimmed(array: list[Any]) -> list[Any]:
    return trimmed(array[:-1]) if array[-1] is None else array


@pytest.mark.parametrize("side", FRAMES)
def test_every_frame_has_a_golden_file_and_one_for_each_optional_field(side):
    arrays = [trimmed(file["frame"]) for file in contents("frames") if file["from"] == side]
    lengths = {(array[0], len(array)) for array in arrays}
    for kind, frame in FRAMES[side].items():
        optional = sum(f.default is not MISSING for f in fields(frame))
        full = 1 + len(fields(frame))
        missing = [length for length in range(full - optional, full + 1) if (kind, length) not in lengths]
        assert not missing, f"{frame.__name__} has no golden file of {missing} elements"


# Results ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", golden("results"))
def test_a_word_is_this_array(file):
    word, wire = word_of(file["python"]), with_bytes(file["wire"])
    assert array_of(word) == wire
    assert from_wire(wire) == word


def word_of(description: dict[str, Any]) -> Result:
    """``{"word", "fields"}`` → the result; a field may be one of these itself."""
    kind = next(word for word in WORDS.values() if word.__name__ == description["word"])
    return kind(**{name: as_field(value) for name, value in description["fields"].items()})


def as_field(value: Any) -> Any:
    if is_word(value):
        return word_of(value)
    return (
        [word_of(item) for item in value] if isinstance(value, list) and any(map(is_word, value)) else with_bytes(value)
    )


def with_bytes(value: Any) -> Any:
    """``{"$bytes": "00ff"}`` stands for bytes, which JSON has not."""
    if isinstance(value, list):
        return [with_bytes(item) for item in value]
    return bytes.fromhex(value["$bytes"]) if isinstance(value, dict) and value.keys() == {"$bytes"} else value


LEAST = {
    "Download": {"filename", "url"},
    "WindowAction": {"identifier"},
    "Report": {"report_id", "report_data"},
}
"""What must be given to words that want one of several fields."""


def is_word(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"word", "fields"}


@pytest.mark.parametrize("number", WORDS)
def test_every_word_has_a_golden_file_with_the_least_and_one_with_every_field(number):
    word = WORDS[number]
    given = [set(file["python"]["fields"]) for file in contents("results") if file["python"]["word"] == word.__name__]
    required = {f.name for f in fields(word) if f.default is MISSING and f.default_factory is MISSING}
    assert LEAST.get(word.__name__, required) in given
    assert set().union(*given) == {f.name for f in fields(word)}


# Refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", golden("refusals"))
def test_bytes_that_are_no_frame_are_refused(file):
    with pytest.raises(FrameError) as refused:
        decode(bytes_of(file), FRAMES[file["from"]], 65_536 if file["from"] == "page" else 2**24)
    assert refused.value.code == file["code"]


def bytes_of(file: dict[str, Any]) -> bytes:
    """``hex``, then ``repeat`` as many ``times``, then ``tail``."""
    return bytes.fromhex(file.get("hex", "") + file.get("repeat", "") * file.get("times", 0) + file.get("tail", ""))


def test_every_code_a_decoder_can_give_has_a_golden_file():
    refused = {(file["from"], file["code"]) for file in contents("refusals")}
    from_page = {"frame.malformed", "frame.unknown", "frame.too_large", "frame.too_deep"}
    assert refused == {("page", code) for code in from_page} | {
        ("server", code) for code in ("frame.malformed", "frame.unknown")
    }


# Conversations ---------------------------------------------------------------------------------------------


class Counter(Component):
    name = "protocol.counter"
    template = "<p>{{ count }}</p>"
    count: int = 0
    step: int = field(1, bind=True)

    @action
    def increment(self, by: int = 1):
        self.count += by * self.step

    @action
    def launch(self):
        yield Toast("Ready")
        self.count = 3
        yield Signal("n", 1)
        self.count = 0

    @action
    def stumble(self):
        self.count += 1
        yield Toast("One")
        self.count += 1
        raise ZeroDivisionError

    @action
    async def hold(self):
        self.count += 1
        await asyncio.Event().wait()

    @action
    async def ask(self):
        self.count += 1
        if await self.request.confirm("Three more?"):
            self.count += 3

    @action
    def offer(self):
        return Toast("Counted", action=Switch("increment", title="Undo"))

    @action
    def export(self, size: int):
        return Download("count.bin", b"x" * size)

    @action
    def recite(self, size: int):
        self.count += 1
        return Toast("a" * size)

    @action
    def spin(self):
        return Switch("spin")

    @action(confirm="Begin again at 0?")
    def reset(self):
        self.count = 0

    @action(throttle=1)
    def shout(self):
        return Toast("Hey")

    @action(permission="auth.change_user")
    def forbidden(self): ...

    @action
    def add(self, number: int): ...

    @action
    def say_no(self, how: str):
        self.count += 1
        raise {
            "PermissionDenied": PermissionDenied("Not you."),
            "Http404": Http404("order 7 of secret shop"),
            "ValidationError": ValidationError({"qty": ["Too many."]}),
        }[how]

    @action
    def answer_wrongly(self):
        self.count += 1
        return object()

    @action
    def follow_everything(self):
        self.count = 100

    @action
    def tell_nobody(self):
        self.count += 1
        raise BusUnavailable("Redis is away.")

    def topics(self):
        return [f"everything.{number}" for number in range(self.count // 10)]


class Ghost(Component):
    name = "protocol.ghost"
    template_name = "there/is/none.html"


class Team(Component):
    name = "protocol.team"
    template = "<ul></ul>"

    def topics(self):
        return ["team.7"]


class Poll(SharedComponent):
    name = "protocol.poll"
    template = "<p>{{ votes }}</p>"
    votes: int = 0

    @action(atomic=False)
    def vote(self):
        self.votes += 1
        return Toast("Thank you")


def signed(name: str, user: str = "") -> str:
    """A mount token for which nothing waits in the store."""
    return signing.write(MountToken(name, 5, {}, user, "none", ""))


def expired() -> str:
    with patch("django.core.signing.time.time", lambda: 0.0):
        return signed("protocol.counter")


TOKENS: dict[str, Callable[[], str]] = {
    "expired": expired,
    "foreign": lambda: signed("protocol.counter", user="99"),
    "unknown": lambda: signed("protocol.nobody"),
    "ghost": lambda: signed("protocol.ghost"),
}


class ServerPart:
    """Says the page's lines to the real server, and compares what it answers, line by line."""

    def __init__(self, clock: Clock, kind: type[Wire]) -> None:
        self.clock = clock
        self.kind = kind
        self.known: dict[str, str] = {}
        self.wire: Wire | None = None

    async def play(self, steps: list[dict[str, Any]]) -> None:
        for step in steps:
            (name, value), *_ = step.items()
            await getattr(self, name)(value, **{key: step[key] for key in step if key != name})
        await self.silence()

    async def page(self, line: list[Any], *, lost: bool = False, again: bool = False) -> None:
        if self.wire is None or self.wire.gone or (line[0] == Hello.kind and not again):
            await self.connect()
        if not lost:
            assert self.wire is not None
            self.wire.send(pack(await self.filled(line)))

    async def connect(self) -> None:
        if self.wire is not None and not self.wire.gone:
            await self.broken()
        self.wire = self.kind({}, None)
        await self.wire.dial()

    async def offer(self, subprotocols: list[str]) -> None:
        self.wire = self.kind({}, None)
        self.wire.scope["subprotocols"] = subprotocols
        await self.wire.dial()

    async def server(self, line: list[Any]) -> None:
        assert self.wire is not None
        said = load((await self.wire.message())["bytes"])
        self.same(trimmed(line), said)

    lost = server
    """The server has said it, and it got lost on its way."""

    async def broken(self, _: bool = True) -> None:
        assert self.wire is not None
        await self.wire.drop()

    async def taken_over(self, _: bool) -> None:
        other = self.kind({}, None)
        await other.open([self.known["token"], 1, {}])
        await other.drop()

    async def seconds(self, passed: float) -> None:
        self.clock.move(passed)

    async def forgotten(self, _: bool) -> None:
        pages = process.pages()
        for page in list(pages.by_id.values()):
            pages.forget(page)
            await page.mailbox.idle()

    async def moved(self, _: bool) -> None:
        """The process is gone with all that it had, and another one is there."""
        assert self.wire is not None
        while not self.wire.inbox.empty():  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0)
        await kept()
        await self.broken()
        process.adopt(Pages(process.host(runner())))

    async def ending(self, _: bool) -> None:
        """The process ends; whoever connects from now on comes to another one."""
        await drain(process.pages(), spread=0, patience=5)
        process.adopt(Pages(process.host(runner())))

    async def duplicated(self, _: bool) -> None:
        """Another socket comes with the first token of the page, which is not good any more."""
        other = self.kind({}, None)
        assert not (await other.open([self.known["token"], 1, {}])).recovered
        await other.drop()

    async def beat(self, _: bool) -> None:
        here = process.pages()
        here.each(here.judge, here.by_id.values())
        here.each(here.check, here.by_id.values())

    async def broadcast(self, news: dict[str, Any]) -> None:
        results = [from_wire(word) for word in news["items"]]
        await abroadcast(Audience(self.text(news["to"])), *results)

    async def closed(self, code: int) -> None:
        assert self.wire is not None
        assert await self.wire.message() == {"type": "websocket.close", "code": code}

    async def silence(self) -> None:
        """Nothing more was said than the file has."""
        for page in process.pages().by_id.values():
            if not any(waiting.cancel for waiting in page.open.values()):
                await page.mailbox.idle()
        await kept()
        assert self.wire is not None
        assert self.wire.told() == []

    # Values that differ in every run ---------------------------------------------------------------------------

    async def filled(self, value: Any) -> Any:
        """A page's line with the real values in the place of ``{names}``, fresh mount tokens among them."""
        assert self.wire is not None
        for name in re.findall(r"\{(\w+)\}", json.dumps(value)):
            if name in TOKENS:
                self.known[name] = TOKENS[name]()
            elif name not in self.known:
                self.known[name] = tokens(await self.wire.embed(f"protocol.{name}"))[0]
        return self.replaced(value)

    def replaced(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.replaced(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self.replaced(item) for key, item in value.items()}
        return value

    def text(self, value: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda name: self.known[name[1]], value)

    def same(self, expected: Any, said: Any) -> None:
        """Compare, and learn the values of names that were not known yet."""
        if expected == "{}":
            assert said
        elif isinstance(expected, list) and isinstance(said, list) and len(expected) == len(said):
            for one, other in zip(expected, said, strict=True):
                self.same(one, other)
        elif isinstance(expected, dict) and isinstance(said, dict):
            expected = {self.text(key): value for key, value in expected.items()}
            assert expected.keys() == said.keys()
            for key in expected:
                self.same(expected[key], said[key])
        elif isinstance(expected, str) and isinstance(said, str):
            self.same_text(expected, said)
        else:
            assert type(said) is type(expected) and said == expected

    def same_text(self, expected: str, said: str) -> None:
        if (name := re.fullmatch(r"\{(\w+)\}", expected)) and name[1] not in self.known:
            self.known[name[1]] = said
        else:
            assert said == self.text(expected)


async def kept() -> None:
    """Wait until everything that is to be kept is kept."""
    keeper = process.pages().keeper
    if keeper is not None:
        await keeper.idle()


@pytest.mark.parametrize("kind", [pytest.param(Wire, id="socket"), pytest.param(StreamWire, id="stream")])
@pytest.mark.parametrize("file", [*golden("conversations"), *golden("offences")])
@pytest.mark.usefixtures("connect")
async def test_the_server_says_its_lines(file, kind, clock, settings, monkeypatch):
    monkeypatch.setattr(streams, "LINGER", 0)  # the clock stands still here
    settings.LIVEACTIONS = file.get("settings", {})
    part = ServerPart(clock, kind)
    try:
        await part.play(file["steps"])
    finally:
        if part.wire is not None and not part.wire.gone:
            await part.wire.drop()
        forget_shared()


ELSEWHERE = {
    "application.failed": "a mistake of the application like the others",
    "declaration.invalid": "a mistake of the application like the others",
    "user.changed": "tests/consumers: a session that ends is no line of a conversation",
    "page.slow": "a socket that is not read cannot be told",
    "stream.gone": "tests/fallback/test_posts.py: of an event stream, which a socket does not have",
    "origin.foreign": "tests/fallback: it is refused before there is a conversation",
    "method.unknown": "the same",
    "server.failed": "tests/consumers/test_live.py",
}


def test_every_code_of_the_specification_has_a_golden_file():
    codes = {code for row in rows_of_refusals() for code in row.codes}
    played = {code for folder in ("conversations", "offences") for file in contents(folder) for code in codes_in(file)}
    assert played | {file["code"] for file in contents("refusals")} == codes - ELSEWHERE.keys()


def test_the_specification_says_whose_fault_a_refusal_is():
    faults = {code: row.fault for row in rows_of_refusals() for code in row.codes}
    for folder in ("conversations", "offences"):
        for file in contents(folder):
            for step in file["steps"]:
                said = step.get("server", [None])
                if said[0] == 4 and len(said) > 5:
                    code, fault = said[5][:2]
                    assert faults[code] == fault


class Row(NamedTuple):
    codes: list[str]
    fault: str


def rows_of_refusals() -> list[Row]:
    """The table of section 7 of the specification."""
    table = (PROTOCOL / "README.md").read_text().partition("## 7.")[2]
    cells = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    return [Row(re.findall(r"`([a-z_.]+)`", codes), fault.strip()) for codes, fault in cells]


def codes_in(value: Any) -> set[str]:
    """Every refusal code that is said somewhere in a conversation."""
    if isinstance(value, dict):
        return set().union(*map(codes_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(codes_in, value))
    is_code = isinstance(value, str) and re.fullmatch(r"[a-z]+\.[a-z_]+", value)
    return {value} & {code for row in rows_of_refusals() for code in row.codes} if is_code else set()
