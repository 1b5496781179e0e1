"""What is broken on purpose is found: each guarantee is taken away once, and the checker says which one it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.faults.running import Outcome, Scenario, run
from tests.faults.scenarios import FAULTS
from tests.faults.site.planted import PLANTS
from tests.faults.swarm import Load
from tests.faults.tab import Tab
from tests.faults.world import Plan

pytestmark = [pytest.mark.redis, pytest.mark.slow]

SMALL = Plan(Load(pages=20, calls=4.0, news=40))


async def ran(scenario: Scenario, plan: Plan = SMALL) -> Outcome:
    return await run(replace(scenario, plan=plan, patience=4.0), seed=7)


def invariants(outcome: Outcome) -> set[str]:
    return {violation.invariant for violation in outcome.violations}


FOUND = {
    "a_log_that_drops_an_entry": ("F6", "I1"),
    "a_log_that_doubles_an_entry": ("F6", "I2"),
    "a_hub_that_reorders": ("F6", "I3"),
    "a_vault_without_a_fence": ("F11", "I4"),
    "a_process_that_does_what_nobody_can_see": ("F56", "I4"),
    "a_vault_that_forgets_state": ("F1", "I6"),
    "a_loss_of_which_nobody_is_told": ("F26", "I8"),
    "an_action_that_does_nothing": ("F6", "I5"),
    "an_action_that_is_done_twice": ("F6", "I4"),
    "a_server_that_answers_again": ("F6", "I3"),
}


LOADS = {"F56": FAULTS["F56"].plan.load}
"""For those that need more than the small one."""

PATIENT = {"MAX_LAG": 60.0}
"""A process that was frozen would refuse what it finds as too much, whatever else is missing."""


@pytest.mark.parametrize("plant", sorted(PLANTS))
async def test_what_was_planted_into_the_servers_is_found(plant: str):
    number, invariant = FOUND[plant]
    load = LOADS.get(number, SMALL.load)
    outcome = await ran(
        FAULTS[number], replace(FAULTS[number].plan, load=load, planted=plant, people=0, settings=PATIENT)
    )
    assert invariant in invariants(outcome), outcome.broken


class Renumbering(Tab):
    """A client that calls again after it was away, as if it had never called."""

    def again(self, taken: int) -> Iterable[bytes]:
        yield from super().again(taken)
        for number, (frame, called) in list(self.open.items()):
            if called is not None and number <= taken:
                yield self.numbered(frame[0], *frame[3:])


async def test_a_client_that_calls_again_under_a_new_number_is_found():
    plan = replace(FAULTS["F46"].plan, load=replace(SMALL.load, actions=("linger",)), make=Renumbering)
    outcome = await ran(FAULTS["F46"], plan)
    assert "I4" in invariants(outcome), outcome.broken


async def test_without_a_plant_nothing_is_found():
    outcome = await ran(FAULTS["F11"])
    assert outcome.broken == []
