"""How findings are told."""

from __future__ import annotations

from liveactions.operations.findings import bad, good, is_well, note, table


def test_a_table_says_what_was_looked_at_what_was_seen_and_what_to_do():
    lines = list(table([good("redis", "version 7"), bad("a long name", "closed", "Open it.")]))
    assert lines == ["✓ redis        version 7", "✗ a long name  closed", "               → Open it."]


def test_long_texts_stay_in_their_column():
    first, second, *_ = table([good("x", "word " * 40)])
    assert second.startswith("     word") and max(map(len, (first, second))) <= 120


def test_only_what_is_broken_makes_a_deployment_unwell():
    assert is_well([good("x", ""), note("y", "", "Think of it.")])
    assert not is_well([bad("x", "", "")])
