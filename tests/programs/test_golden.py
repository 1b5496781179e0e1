"""The golden cases of ``protocol/programs/``: the server tells exactly this. The client and Chromium play them."""

from __future__ import annotations

from typing import Any

import pytest

from liveactions.rendering.blocks import Block, Kind
from tests.programs.golden import FOLDER, GOLDEN, case_of, contents
from tests.programs.playing import fault_of, program_of_case

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.programs.urls")]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_server_tells_a_page_what_the_golden_case_says(name):
    path = FOLDER / f"{name}.json"
    assert path.read_text("utf-8") == contents(GOLDEN[name]), "if that is right: python -m tests.programs golden"


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_case_shows_what_django_renders(name):
    assert fault_of(case_of(GOLDEN[name])) is None


def test_every_file_is_of_a_golden_case():
    assert {path.stem for path in FOLDER.iterdir()} == GOLDEN.keys()


def test_every_kind_of_slot_has_a_golden_case():
    kinds = {kind for golden in GOLDEN.values() for kind in kinds_in(program_of_case(case_of(golden)).block)}
    assert kinds == {*Kind, "parted", "raw", "svg", "math"}


def kinds_in(block: Block) -> set[Any]:
    inner = {kind for slot in block.slots for one in slot.blocks for kind in kinds_in(one)}
    own = {slot.kind for slot in block.slots} | {"parted" for slot in block.slots if slot.parted}
    own |= {"raw" for slot in block.slots if slot.raw} | ({block.namespace} if block.namespace else set())
    return inner | own
