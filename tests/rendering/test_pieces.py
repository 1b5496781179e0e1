"""Pieces: what a template is made of."""

from __future__ import annotations

import dataclasses

import pytest

from liveactions.rendering.pieces import Branch, Embed, Leaf, Loop, Scope, Text


@pytest.mark.parametrize("piece", [Text("a"), Leaf(1), Scope(1, ()), Branch(1, ((),)), Loop(1, ()), Embed(1)], ids=repr)
def test_a_piece_cannot_be_changed(piece):
    name = dataclasses.fields(piece)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(piece, name, "other")


def test_a_variable_is_taken_for_text():
    assert Leaf("payload").text
