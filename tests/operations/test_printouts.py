"""What a server prepares for a log that nobody reads."""

from __future__ import annotations

from pprint import pformat
from typing import Any

import pytest
from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from autobahn.websocket import protocol
from twisted.internet.testing import StringTransport

from liveactions.operations import spare_printouts


class Setting:
    """One that counts how often it is written out."""

    seen = 0

    def __repr__(self) -> str:
        Setting.seen += 1
        return "a setting"


@pytest.fixture
def spared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "pformat", pformat)
    monkeypatch.setattr(Setting, "seen", 0)
    spare_printouts()


def connect() -> Any:
    """A connection of autobahn, as daphne has them, with a setting of ours."""
    factory = WebSocketServerFactory()
    factory.autoPingPayload = Setting()
    made = WebSocketServerProtocol()
    made.factory = factory
    made.CONFIG_ATTRS = [*made.CONFIG_ATTRS, "autoPingPayload"]
    made.makeConnection(StringTransport())
    return made


@pytest.mark.usefixtures("spared")
def test_the_settings_of_a_connection_are_not_written_out_for_nobody():
    assert connect().state == WebSocketServerProtocol.STATE_CONNECTING
    assert Setting.seen == 0


class Log:
    """One that has everything."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def debug(self, text: str, **values: Any) -> None:
        self.lines.append(text.format(**values))

    trace = debug


@pytest.mark.usefixtures("spared")
def test_a_log_that_wants_them_has_them(monkeypatch):
    monkeypatch.setattr(WebSocketServerProtocol, "log", log := Log())
    connect()
    assert Setting.seen
    assert any("('autoPingPayload', a setting, 'WebSocketServerFactory')" in line for line in log.lines)


@pytest.mark.usefixtures("spared")
def test_what_else_is_written_out_is_a_text_as_before():
    timings = protocol.Timings()
    timings.track("opened")
    assert str(timings).startswith("{'opened': ")
