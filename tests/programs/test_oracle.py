"""Whatever the template and whatever happens to the state: a program shows what Django renders.

``PROGRAMS_CASES=20000`` tries more; ``PROGRAMS_SEED=…`` tries the cases of a run again (its seed is in the failure).
"""

from __future__ import annotations

import os
import secrets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveactions.templating.evaluators import FieldEvaluator, TextEvaluator
from liveactions.templating.program import Program
from liveactions.templating.slots import UNCHANGED, BlockEvaluator
from tests.programs.cases import Case, case_of, made, shrunk
from tests.programs.parts import Part
from tests.programs.playing import Fault, fault_of, played

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.programs.urls")]

CASES = int(os.environ.get("PROGRAMS_CASES", "2000"))
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
            pytest.fail(
                f"PROGRAMS_SEED={SEED}: {small}\n{fault_of(small)}\n(keep it: tests/programs/golden.py)", pytrace=False
            )
    assert programs > CASES / PORTIONS / 2, "most of these templates have programs"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.booleans())
def test_a_program_shows_what_django_renders_says_hypothesis(products, random, broken):
    played(made(random, broken=broken))


def case(main: str, *states: dict, **others: str) -> Case:
    return Case({**{f"{name}.html": Part(source) for name, source in others.items()}, "main": Part(main)}, list(states))


# The oracle itself ---------------------------------------------------------------------------------------------------

TWO = case("<p>{{ title }}<b>{{ n }}</b></p>", {"title": "a"}, {"title": "b"})


def test_the_oracle_is_content_with_what_is_right():
    assert fault_of(TWO) is None


def test_the_oracle_notices_a_change_that_is_not_sent(monkeypatch):
    for evaluator in (TextEvaluator, FieldEvaluator):
        monkeypatch.setattr(evaluator, "change", lambda self, run, memo: (UNCHANGED, memo))
    assert "Django  '<p>b<b>0</b></p>'" in str(fault_of(TWO))


def test_the_oracle_notices_a_slot_that_is_evaluated_for_nothing(monkeypatch):
    monkeypatch.setattr(BlockEvaluator, "steps", lambda self, dirty, restless: self.block.steps)
    assert "slot 1 was evaluated" in str(fault_of(TWO))


def test_the_oracle_notices_that_a_failure_leaves_traces(monkeypatch):
    change = Program.change

    def careless(self, run, memo):
        try:
            return change(self, run, memo)
        except ZeroDivisionError:
            memo[0] = "b"
            raise

    monkeypatch.setattr(Program, "change", careless)
    assert "Stumbling" in str(fault_of(TWO))


def test_a_failing_case_is_made_small():
    long = case_of("a long one")
    assert long.size > 500
    assert shrunk(long, lambda smaller: "{{" in smaller.sources["main"]).size < 60


def test_a_template_whose_parent_cannot_be_parsed_has_no_program():
    broken = case("{% extends 'base.html' %}", {}, {}, base="{% nothing %}")
    assert "TemplateSyntaxError" in played(broken).why
