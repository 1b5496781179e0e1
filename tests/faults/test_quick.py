"""Every fault once, on real processes: what was promised holds. Times are told by ``make chaos``, not asserted here."""

from __future__ import annotations

import pytest

from tests.faults.goals import marathon
from tests.faults.running import run
from tests.faults.scenarios import FAULTS

pytestmark = [pytest.mark.redis, pytest.mark.slow]

WITH_A_BROWSER = [name for name, scenario in FAULTS.items() if scenario.plan.people]
WITHOUT = [name for name in FAULTS if name not in WITH_A_BROWSER]


@pytest.mark.parametrize("number", WITHOUT)
async def test_what_was_promised_holds_under(number: str):
    outcome = await run(FAULTS[number], seed=1)
    assert outcome.broken == [], outcome.line()


@pytest.mark.browser
@pytest.mark.parametrize("number", WITH_A_BROWSER)
async def test_a_person_in_front_of_a_browser_loses_nothing_under(number: str):
    outcome = await run(FAULTS[number], seed=1)
    assert outcome.broken == [], outcome.line()


async def test_what_was_promised_holds_under_everything_at_random():
    outcome = await run(marathon(5, people=0), seed=1, pages=30)
    assert outcome.broken == [], outcome.line()
