"""What a process stood still for is not counted."""

from __future__ import annotations

from liveactions.runtime.awake import Awake
from tests.wires import Clock


def test_it_goes_as_its_clock_does_but_for_what_was_overslept():
    clock = Clock()
    awake = Awake(clock)
    began = awake()
    clock.move(3)
    assert awake() - began == 3
    clock.move(10)
    awake.overslept(10)
    assert awake() - began == 3
    clock.move(1)
    assert awake() - began == 4
