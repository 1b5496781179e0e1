"""Values that the server writes into a form, and what that leads to."""

from __future__ import annotations

from liveactions.testing.controls import Drafts
from liveactions.testing.document import Document
from liveactions.testing.forms import FormWriter
from liveactions.testing.gestures import Request, Write

RELATION = '<ul live-relation="lines">{}</ul>'
ROW = '<template><li><input name="lines-__prefix__-qty"></li></template>'


def written(inside: str, values: dict[str, object]) -> FormWriter:
    document = Document(f'<body><form live-id="1">{inside}</form>')
    writer = FormWriter(document, Drafts(document), [])
    writer.write(document.select("form")[0], values)
    return writer


def states(writer: FormWriter) -> list[object]:
    return [writer.drafts.state(control) for control in writer.document.select("input, select")]


def keys(writer: FormWriter) -> list[str | None]:
    return [row.attributes["live-key"] for row in writer.document.select("[live-key]")]


def test_each_kind_of_control_takes_its_kind_of_value():
    writer = written(
        "<input name=a value=old><input name=b value=old><input type=checkbox name=c>"
        "<input type=radio name=d value=1><input type=radio name=d value=2>"
        "<select name=e><option value=1>One<option value=2>Two</select>",
        {"a": 7, "b": None, "c": True, "d": 2, "e": 2},
    )
    assert states(writer) == ["7", "", True, False, True, ("2",)]
    assert writer.diagnostics == []


def test_what_is_bound_is_written_and_told():
    writer = written('<input live-model="sum" live-change="look">', {"sum": 5})
    write, call = writer.wanted
    assert isinstance(write, Write)
    assert write.values == {"sum": "5"}
    assert isinstance(call, Request)
    assert call.action == "look"


def test_what_cannot_be_written_is_a_diagnostic():
    writer = written("<input type=file name=a>", {"a": "x", "b": 1})
    file, missing = writer.diagnostics
    assert "cannot be filled" in file
    assert missing == 'The form has no control named "b".'


def test_a_row_is_added_from_the_template_with_a_key_of_its_own():
    writer = written(RELATION.format(f"<li live-key=new1></li>{ROW}"), {"lines": [["C", {"qty": 3}]]})
    assert keys(writer) == ["new1", "new2"]
    assert writer.document.select("[name=lines-new2-qty]")
    assert states(writer) == ["3"]


def test_rows_of_a_relation_inside_are_not_its_own():
    inner = '<li live-key=1><ul live-relation="parts"><li live-key=2></li></ul></li>'
    writer = written(RELATION.format(inner), {"lines": [["X", 2]], "parts": [["K"]]})
    assert keys(writer) == ["1"]


def test_a_list_that_is_no_commands_is_a_value():
    writer = written("<input type=checkbox name=a value=x><input type=checkbox name=a value=y>", {"a": ["y"]})
    assert states(writer) == [False, True]


def test_a_letter_that_is_no_command_and_a_relation_without_a_template_are_diagnostics():
    writer = written(RELATION.format(""), {"lines": [["Z"], ["L", 1]]})
    unknown, bare = writer.diagnostics
    assert unknown == "Z is no command of a relation."
    assert "needs a <template> with one row" in bare
