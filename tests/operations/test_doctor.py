"""The doctor, as it is called."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from liveactions.operations import inside
from liveactions.operations.doctor import examine


@pytest.fixture(autouse=True)
def without_checks(monkeypatch):
    """Those of this process are about the components of all tests, some of which are wrong on purpose."""
    monkeypatch.setattr(inside, "system_checks", list)


def said(*words: str) -> str:
    out = StringIO()
    call_command("live", "doctor", *words, stdout=out)
    return out.getvalue()


def test_a_deployment_that_is_well_ends_with_zero_and_a_table():
    assert "✓ a broadcast" in said()


def test_json_holds_the_same():
    assert {"what", "seen", "verdict", "advice"} == json.loads(said("--json"))[0].keys()


def test_what_is_broken_makes_the_command_fail(settings):
    settings.LIVEACTIONS = {"REDIS_URL": "redis://127.0.0.1:1/0"}
    with pytest.raises(SystemExit, match="1"):
        said()


def test_an_address_without_a_scheme_is_refused():
    with pytest.raises(CommandError, match=r"begins with https://"):
        said("--url", "shop.example")


@pytest.mark.slow
def test_through_an_address_it_sees_both_sides(web):
    whats = {finding.what for finding in examine(f"{web.url}/", patience=0.5)}
    assert {"versions", "a broadcast", "websocket", "greeting", "client"} <= whats
