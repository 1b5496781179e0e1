"""Ports for the servers of tests, of which many run at once."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from tests import servers
from tests.documents import ROOT

ANOTHER = """
from tests import servers
servers.PORTS = range({0}, {0} + 2)
print(servers.free_port())
print(servers.free_port())
"""


def test_a_port_that_one_process_was_given_is_given_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though nobody listens on it yet."""
    two = random.SystemRandom().randrange(servers.PORTS.stop, 32_700)  # where nobody else looks for one
    monkeypatch.setattr(servers, "PORTS", range(two, two + 2))
    mine = servers.free_port()
    command = [sys.executable, "-c", ANOTHER.format(two)]
    another = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert {mine, int(another.stdout)} == {two, two + 1}
    assert "No free port found" in another.stderr
