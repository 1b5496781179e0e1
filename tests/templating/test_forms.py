"""Programs are found by their hash, whoever has sent it to the browser."""

from __future__ import annotations

import json

import pytest

from liveactions import Component
from liveactions.components import registry
from liveactions.templating import form_of, template_of
from liveactions.templating import program as programs
from liveactions.templating.forms import outcomes
from liveactions.templating.program import Program, looked_up


class Slip(Component):
    name = "forms.slip"
    template = "<p>{{ word }}</p>"
    word: str = ""


def program() -> Program:
    found = looked_up(template_of(Slip), Slip)
    assert isinstance(found, Program)
    return found


def test_a_form_holds_the_static_part_alone():
    form = form_of(program().hash)
    assert form == program().form
    assert json.loads(form or b"")["blocks"][0][0] == "<p><!--live@0--></p>"


def test_a_program_that_another_process_has_sent_is_found_here(monkeypatch):
    sent = program().hash
    monkeypatch.setattr(programs, "forms", type(programs.forms)())  # as in a process that has rendered nothing yet
    assert form_of(sent) == program().form


def test_a_hash_that_no_component_has_leads_to_nothing():
    assert form_of("AAAAAAAAAAAA") is None
    assert form_of("") is None


def test_a_template_that_cannot_be_used_is_nobody_elses_misfortune(monkeypatch):
    class Torn(Component):
        name = "forms.torn"
        template = "<p>{% if %}</p>"

    class Lost(Component):
        name = "forms.lost"
        template_name = "forms/no_such_template.html"

    names = [registry.name_of(each) for each in (Torn, Lost, Slip)]
    monkeypatch.setattr(registry, "names", lambda: names)
    assert dict(outcomes()) == {"forms.slip": program()}


@pytest.mark.parametrize("kept", [1, 3])
def test_the_forms_of_the_newest_programs_are_kept(monkeypatch, kept):
    monkeypatch.setattr(programs, "forms", type(programs.forms)())
    monkeypatch.setattr(programs, "FORMS", kept)
    every = [program_with(number) for number in range(5)]
    for each in every:
        programs.remember(each)
    assert [programs.known_form(each.hash) for each in every[-kept:]] == [each.form for each in every[-kept:]]
    assert all(programs.known_form(each.hash) is None for each in every[:-kept])


def program_with(number: int) -> Program:
    class Numbered(Component):
        template = f'<p id="p{number}">{{{{ word }}}}</p>'
        word: str = ""

    found = programs.program_of(template_of(Numbered), Numbered)
    assert found is not None
    return found
