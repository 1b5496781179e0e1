"""Lines of a log become a conversation."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from liveactions.errors import LocalError
from liveactions.operations.conversation import conversation

LINES = [
    '2026-01-01 DEBUG {"tab": "one", "page": [0, "0.1.0"]}\n',
    "something else\n",
    '{"tab": "two", "page": [0, "0.1.0"]}\n',
    '{"tab": "one", "page": [3, 1, 0, [["{mount1}", 0]]], "mounts": {"mount1": {"component": "a"}}}\n',
    '{"tab": "one", "server": [5, 0, 1, {"@all": ["{epoch1}", 7]}]}\n',
    '{"tab": "one", "server": [3, "team.7", 41, [[null, 4, "Hello"]]]}\n',
]


def test_the_lines_of_one_page_become_its_steps():
    told = conversation(LINES, "on")
    assert told["mounts"] == {"mount1": {"component": "a"}}
    assert told["steps"] == [
        {"page": [0, "0.1.0"]},
        {"page": [3, 1, 0, [["{mount1}", 0]]]},
        {"server": [5, 0, 1, {"@all": ["{epoch1}", "{}"]}]},
        {"broadcast": {"to": "team.7", "items": [[None, 4, "Hello"]]}},
        {"server": [3, "team.7", "{}", [[None, 4, "Hello"]]]},
    ]


@pytest.mark.parametrize("tab", ["", "three"])
def test_if_it_is_not_clear_which_page_is_meant_all_are_named(tab):
    with pytest.raises(LocalError) as refused:
        conversation(LINES, tab)
    assert refused.value.hint == "Recorded are: one (4 lines), two (1 lines)."


def test_the_command_writes_it(tmp_path, capsys):
    log = tmp_path / "frames.jsonl"
    log.write_text("".join(LINES))
    call_command("live", "conversation", str(log), "two")
    assert json.loads(capsys.readouterr().out)["steps"] == [{"page": [0, "0.1.0"]}]
    with pytest.raises(CommandError, match="Recorded are: one"):
        call_command("live", "conversation", str(log))
    with pytest.raises(CommandError, match="No such file"):
        call_command("live", "conversation", str(tmp_path / "none"))
