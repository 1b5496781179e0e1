"""What can be done with one result can be done with any."""

from __future__ import annotations

from typing import Any

import pytest

from liveactions import ActionRequest, Alert, Multi, Toast, audience
from liveactions.errors import ResultError
from liveactions.results import Addressed, Reference, Result, from_dict, from_wire, items_of, to_wire
from liveactions.results.dicts import TYPES
from liveactions.results.words import WORDS, Chunk, Patch, Whole
from liveactions.runtime.journal import readable
from tests.test_protocol import contents, word_of

MADE_BY_THE_PACKAGE = (Patch, Whole, Chunk, Reference)
SAMPLES: dict[str, Result] = {}
for file in contents("results"):
    SAMPLES.setdefault(file["python"]["word"], word_of(file["python"]))

WORDS_OF_AN_APPLICATION = [
    pytest.param(SAMPLES[word.__name__], id=word.__name__) for word in WORDS.values() if word not in MADE_BY_THE_PACKAGE
]


def no_foreign(_: Any) -> None:
    return None


@pytest.mark.parametrize("result", WORDS_OF_AN_APPLICATION)
class TestAnyResult:
    def test_it_may_be_for_somebody_else(self, result):
        assert result.to("team.7", audience.everyone) == Addressed(result, ("team.7", audience.everyone))

    def test_it_may_stand_behind_a_button_and_comes_to_the_page_whole_or_as_a_reference(self, result):
        for message in (Toast("There is more.", action=result), Alert("There is more.", action=result)):
            told = from_wire(to_wire(message))
            assert isinstance(told.action, Reference) if result.local else told.action == result

    def test_it_may_be_returned_alone_in_a_list_and_in_a_generator(self, result):
        meant = list(result.actions) if isinstance(result, Multi) else items_of([result], no_foreign)
        for answer in (result, [result], (each for each in [result])):
            assert items_of(answer, no_foreign) == meant

    def test_it_may_be_collected(self, result):
        request = ActionRequest(page="p", component=1)
        request.add(result)
        assert request.compile() == items_of(result, no_foreign)

    def test_it_can_be_read_in_the_log_in_one_line(self, result):
        line = readable(result)
        assert line.startswith(type(result).__name__) and "\n" not in line


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_spelling_of_the_seeds_is_a_word_and_says_what_it_may_have(name):
    with pytest.raises(ResultError) as refused:
        from_dict({"type": name, "colour_of_it": 1})
    assert "colour_of_it" in str(refused.value)
    assert "has:" in str(refused.value) or "are:" in str(refused.value)
