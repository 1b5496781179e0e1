"""Every exception of the package."""

from __future__ import annotations

import pytest

from liveactions import errors
from liveactions.errors import FAULTS, ArgumentError, CallError, LiveActionsError, LocalError, RemoteError

EVERY = [error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, LiveActionsError)]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_every_error_has_a_code_and_a_fault(error):
    assert error.code.count(".") == 1
    assert error.fault in ("page", "application", "network", "server")
    assert error.__doc__


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_every_error_is_either_ours_or_the_pages(error):
    assert error is LiveActionsError or issubclass(error, LocalError) is not issubclass(error, RemoteError)


def test_an_error_says_what_was_seen_and_what_to_do():
    error = CallError("There is no action 'x'.", hint="Declare it.")
    assert str(error) == "There is no action 'x'. Declare it."
    assert str(CallError("No.")) == "No."


def test_the_page_is_told_its_own_mistakes():
    refusal = ArgumentError("by: not a number.", path="by").refusal()
    assert (refusal.code, refusal.fault, refusal.message) == ("argument.invalid", "page", "by: not a number.")
    assert refusal.detail == {"path": "by"}
    assert CallError("No.").refusal().detail is None


@pytest.mark.parametrize("error", [error for error in EVERY if issubclass(error, LocalError)])
def test_the_page_is_not_told_the_applications_mistakes(error):
    refusal = error("the secret of the shop", hint="secret", order="secret").refusal()
    assert "secret" not in f"{refusal}"


def test_a_code_may_have_another_fault_than_its_class():
    for code, fault in FAULTS.items():
        assert CallError("No.", code=code).refusal().fault == fault


def test_a_code_of_its_own_does_not_change_the_class():
    CallError("No.", code="page.busy")
    assert CallError.code == "action.unknown"
