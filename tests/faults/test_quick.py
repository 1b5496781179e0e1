"""Every fault once, on real processes: what was promised holds. Times are told by ``make chaos``, not asserted here."""

from __future__ import annotations

import pytest

from tests.faults.goals import marathon
from tests.faults.running import in_one_world, run
from tests.faults.scenarios import FAULTS, RARE

pytestmark = [pytest.mark.redis, pytest.mark.slow]

WITH_A_BROWSER = [name for name, scenario in FAULTS.items() if scenario.plan.people]

SHARED = (
    ("F6", "F7", "F9"),
    ("F12", "F14", "F47", "F54"),
    ("F15", "F17"),
    ("F18", "F19"),
    ("F22", "F24", "F25"),
    ("F26", "F23"),
    ("F2", "F10", "F11"),
    ("F3", "F4"),
    ("F28", "F29", "F33"),
    ("F46", "F48", "F51"),
)
"""Faults that do one another no harm, and happen in one world, one after the other, to save the time of making it."""

TAKEN = {name for some in SHARED for name in (*some, *WITH_A_BROWSER, *RARE)}
ALONE = [name for name in FAULTS if name not in TAKEN]


@pytest.mark.parametrize("number", ALONE)
async def test_what_was_promised_holds_under(number: str):
    outcome = await run(FAULTS[number], seed=1)
    assert outcome.broken == [], outcome.line()


@pytest.mark.parametrize("numbers", SHARED, ids="+".join)
async def test_what_was_promised_holds_under_one_after_the_other(numbers: tuple[str, ...]):
    outcome = await run(in_one_world(*(FAULTS[number] for number in numbers)), seed=1)
    assert outcome.broken == [], outcome.line()


@pytest.mark.browser
@pytest.mark.parametrize("number", WITH_A_BROWSER)
async def test_a_person_in_front_of_a_browser_loses_nothing_under(number: str):
    outcome = await run(FAULTS[number], seed=1)
    assert outcome.broken == [], outcome.line()


async def test_what_was_promised_holds_under_everything_at_random():
    outcome = await run(marathon(5, people=0), seed=1, pages=30)
    assert outcome.broken == [], outcome.line()
