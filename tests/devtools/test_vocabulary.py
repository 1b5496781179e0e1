"""What is generated from the words, and how a stale file is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from liveactions.devtools import vocabulary
from liveactions.results.words import WORDS


@pytest.fixture
def copied(tmp_path, monkeypatch) -> dict[str, Path]:
    """The generated files, as they are committed, in a place where they may be spoilt."""
    places = {}
    for name in ("TYPESCRIPT", "JSON", "SPECIFICATION"):
        original: Path = getattr(vocabulary, name)
        place = tmp_path / original.relative_to(vocabulary.ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(original.read_text())
        monkeypatch.setattr(vocabulary, name, place)
        places[name] = place
    monkeypatch.setattr(vocabulary, "ROOT", tmp_path)
    return places


def test_fresh_files_are_left_alone(copied, capsys):
    before = {place: place.stat().st_mtime_ns for place in copied.values()}
    assert vocabulary.main(["--check"]) == 0
    assert vocabulary.main([]) == 0
    assert capsys.readouterr().out == ""
    assert {place: place.stat().st_mtime_ns for place in copied.values()} == before


SPOIL = {
    "TYPESCRIPT": lambda text: text.replace("export type Swap", "export type Swapped", 1),
    "JSON": lambda text: text.replace('"number": 1,', '"number": 99,', 1),
    "SPECIFICATION": lambda text: text.replace("| 4 | `Toast` |", "| 4 | `Roast` |", 1),
}


@pytest.mark.parametrize("name", SPOIL)
def test_a_stale_file_is_named_and_not_touched_by_a_check(copied, capsys, name):
    place = copied[name]
    spoilt = SPOIL[name](place.read_text())
    assert spoilt != place.read_text()
    place.write_text(spoilt)
    assert vocabulary.main(["--check"]) == 1
    assert capsys.readouterr().out == f"stale: {place.relative_to(vocabulary.ROOT)}\n"
    assert place.read_text() == spoilt


@pytest.mark.parametrize("name", SPOIL)
def test_a_stale_file_is_written_anew(copied, capsys, name):
    place = copied[name]
    fresh = place.read_text()
    place.write_text(SPOIL[name](fresh))
    assert vocabulary.main([]) == 0
    assert capsys.readouterr().out == f"written: {place.relative_to(vocabulary.ROOT)}\n"
    assert place.read_text() == fresh


@pytest.mark.parametrize("name", ["TYPESCRIPT", "JSON"])
def test_a_missing_file_is_stale(copied, name):
    copied[name].unlink()
    assert vocabulary.main(["--check"]) == 1
    assert vocabulary.main([]) == 0
    assert vocabulary.main(["--check"]) == 0


def test_the_prose_around_the_table_is_kept(copied):
    place = copied["SPECIFICATION"]
    place.write_text(f"Before.\n{vocabulary.BEGIN}\nsuperseded\n{vocabulary.END}\nAfter.\n")
    vocabulary.main([])
    text = place.read_text()
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert "superseded" not in text


def test_every_word_stands_in_every_file():
    told = [each["word"] for each in json.loads(vocabulary.as_json())["words"]]
    assert told == [word.__name__ for word in WORDS.values()]
    for name in told:
        assert f"export interface {name} {{" in vocabulary.typescript()
        assert f"| `{name}` |" in vocabulary.table()


@pytest.mark.parametrize(
    ("hint", "typescript"),
    [
        (str, "string"),
        (int | None, "number | null"),
        (list[str], "string[]"),
        (dict[str, int], "Record<string, number>"),
    ],
)
def test_types_are_written_as_typescript_has_them(hint, typescript):
    assert vocabulary.written(hint) == typescript
