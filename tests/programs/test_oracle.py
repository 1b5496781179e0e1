"""Whatever the template and whatever happens to the state: a program shows what Django renders.

``PROGRAMS_CASES=20000`` tries more; ``PROGRAMS_SEED=…`` tries the cases of a run again (its seed is in the failure).
"""

from __future__ import annotations

import os
import secrets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveactions.rendering import memo
from liveactions.templating import evaluators
from tests.programs.cases import Case, case_of, made, shrunk
from tests.programs.parts import Part
from tests.programs.playing import Fault, fault_of, played

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.programs.urls")]

CASES = int(os.environ.get("PROGRAMS_CASES", "3000"))
SEED = os.environ.get("PROGRAMS_SEED") or secrets.token_hex(3)
PORTIONS = 8


@pytest.mark.slow
@pytest.mark.parametrize("portion", range(PORTIONS))
def test_a_program_shows_what_django_renders(portion, products):
    programs = 0
    for number in range(portion, CASES, PORTIONS):
        case = case_of(f"{SEED}-{number}", broken=number % 5 == 0)
        try:
            programs += played(case).program
        except Fault:
            small = shrunk(case, lambda smaller: fault_of(smaller) is not None)
            pytest.fail(f"PROGRAMS_SEED={SEED}: {small}\n{fault_of(small)}\n(keep it: tests/programs/golden.py)", pytrace=False)
    assert programs > CASES / PORTIONS / 2, "most of these templates have programs"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.booleans())
def test_a_program_shows_what_django_renders_says_hypothesis(products, random, broken):
    played(made(random, broken=broken))


def case(main: str, *states: dict, **others: str) -> Case:
    return Case({**{f"{name}.html": Part(source) for name, source in others.items()}, "main": Part(main)}, list(states))


# The oracle itself ---------------------------------------------------------------------------------------------------


def test_the_oracle_notices_that_a_change_is_missed(monkeypatch):
    monkeypatch.setattr(evaluators, "same", lambda memo, value: True)
    assert fault_of(case("<p>{{ title }}</p>", {"title": "a"}, {"title": "b"})) is not None


def test_the_oracle_notices_a_change_that_is_not_as_the_page_wants_it(monkeypatch):
    monkeypatch.setattr(memo, "SHORT", -1)
    assert fault_of(case("<p>{{ title }}</p>", {"title": "a"}, {"title": "b"})) is None


def test_a_failing_case_is_made_small():
    long = case_of("a long one")
    assert shrunk(long, lambda smaller: "</" in smaller.sources["main"]).size < 60 <= long.size
