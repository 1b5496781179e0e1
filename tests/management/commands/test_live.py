"""``manage.py live``: how a component's template is tracked; and the worker."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from liveactions import Component


class Desk(Component):
    name = "explaining.desk"
    template = "<p title='{{ shout }}'>{{ count }}{% if on %}<b>{{ word }}</b>{% endif %}</p>"
    count: int = 0
    on: bool = False
    word: str = ""

    @property
    def shout(self) -> str:
        return self.word.upper()


class Halves(Component):
    name = "explaining.halves"
    template = "{% if on %}<p>{% else %}<div>{% endif %}{{ count }}"
    count: int = 0
    on: bool = False


def said(*words: str) -> str:
    out = StringIO()
    call_command("live", "explain", *words, stdout=out)
    return out.getvalue()


def test_every_slot_is_told_with_what_it_reads():
    text = said("explaining.desk")
    assert "explaining.desk: program " in text and "3 of 4 slots are tracked" in text
    assert "{{ count }}" in text and "reads count" in text and "reads on" in text and "reads word" in text


def test_what_cannot_be_tracked_is_told_with_the_reason():
    assert "evaluated at every turn: shout is a property of Desk, which may read anything" in said("explaining.desk")


def test_a_template_without_a_program_is_told_why():
    text = said("explaining.halves")
    assert text.startswith("explaining.halves: no program.")
    assert "Its tags do not make elements" in text


def test_several_components_are_told_one_after_the_other():
    text = said("explaining.desk", "explaining.halves")
    assert text.index("explaining.desk:") < text.index("explaining.halves:")


def test_json_holds_the_same():
    (desk, halves) = json.loads(said("explaining.desk", "explaining.halves", "--json"))
    assert [(slot["kind"], slot["depth"], slot["reads"]) for slot in desk["slots"]] == [
        ("attribute", 0, []),
        ("run", 0, ["count"]),
        ("branch", 0, ["on", "word"]),
        ("run", 1, ["word"]),
    ]
    assert [slot["tracked"] for slot in desk["slots"]] == [False, True, True, True]
    assert (halves["program"], halves["slots"]) == (None, [])


def test_an_unknown_component_is_refused_with_the_nearest_name():
    with pytest.raises(CommandError, match=r"There is no component named 'explaining\.desc'.*explaining\.desk"):
        said("explaining.desc")


def test_a_template_that_cannot_be_parsed_is_named():
    class Broken(Component):
        name = "explaining.broken"
        template = "<p>{% if %}</p>"

    with pytest.raises(CommandError, match=r"explaining\.broken: its template cannot be parsed"):
        said("explaining.broken")


# The worker (what it does: tests/consumers/test_worker.py, and with real processes tests/contrib/background) ----------


def test_a_worker_without_redis_says_what_it_lacks():
    with pytest.raises(CommandError, match="A worker needs Redis"):
        call_command("live", "worker")


def test_a_worker_has_at_least_one_job_at_a_time(settings):
    settings.LIVEACTIONS = {"REDIS_URL": "redis://127.0.0.1:1/0"}
    with pytest.raises(CommandError, match="at least 1"):
        call_command("live", "worker", "--jobs", "0")
