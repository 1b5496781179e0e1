"""The pages of a swarm come back as the client does: both are held to the files of ``protocol/returns/``."""

from __future__ import annotations

import json
from random import Random

import pytest

from tests.documents import ROOT
from tests.faults.returning import Returning
from tests.faults.tab import Bye

FILES = sorted((ROOT / "protocol" / "returns").glob("*.json"))


class Always(Random):
    """Chance that always takes the same share."""

    def __init__(self, share: int) -> None:
        self.share = share

    def random(self) -> float:
        return self.share


def test_there_are_golden_files():
    assert FILES


@pytest.mark.parametrize("share", [0, 1], ids=["at_least", "at_most"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_page_comes_back_when_it_is_to(file, share):
    now, returning, waits = 0.0, Returning(Always(share)), []
    losses = json.loads(file.read_text())["losses"]
    for loss in losses:
        if "welcomed" in loss:
            returning.welcomed(now)
            now += loss["welcomed"]
        wait = returning.lost(now, Bye(*loss["bye"]) if "bye" in loss else None)
        waits.append(round(1000 * wait))
        now += wait
    assert waits == [loss["after"][share] for loss in losses]
