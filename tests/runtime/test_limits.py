"""What one page may use."""

from __future__ import annotations

from dataclasses import fields

import pytest

from liveactions.runtime import Limits


@pytest.mark.parametrize("limit", fields(Limits), ids=lambda limit: limit.name)
def test_every_limit_is_above_nothing(limit):
    value = getattr(Limits(), limit.name)
    assert value is False or value > 0


def test_a_page_that_says_nothing_is_missed_before_it_is_forgotten():
    limits = Limits()
    assert limits.resume_window > 2.5 * limits.heartbeat
