"""On a page: a click, then the file, and the page was usable meanwhile."""

from __future__ import annotations

import pytest

from liveactions import Component, Download, Error, Event, Report, Toast, action
from liveactions.contrib.reports import BaseReport, register
from sample_site.desk.models import Customer


class Letters(Component):
    name = "tests.letters"
    template = "<p><button live-click='print'>Print</button></p>"
    ids: list[int] = []

    @action
    def print(self, close: bool = False):
        return [Toast("Soon."), Report("tests.letter", instance_ids=self.ids, close=close)]

    @action(background=True)
    def print_in_background(self):
        return Report("tests.letter", instance_ids=self.ids)


@pytest.fixture(autouse=True)
def letter():
    register("tests.letter")(
        type("Letter", (BaseReport,), {"template_name": "papers/letter.html", "model": Customer, "filename": "letter"})
    )


@pytest.fixture
def page(live, clerk, customers):
    return live.open(Letters, user=clerk, ids=[each.pk for each in customers])


def files(page):
    return [said.result for said in page.log if isinstance(said.result, Download)]


@pytest.mark.parametrize("name", ["print", "print_in_background"])
def test_the_page_is_given_the_file(page, pages_of, name):
    page.call(name)
    (file,) = files(page)
    assert file.filename == "letter.pdf"
    first, second = pages_of(content_of(page, file))
    assert "dear Ada" in first
    assert "dear Bo" in second


def content_of(page, file):
    """The bytes of a download, which travel in pieces."""
    pieces = [said.result.data for said in page.log if type(said.result).__name__ == "Chunk"]
    return file.content or b"".join(pieces)


def test_progress_is_told_and_ends(page):
    page.call("print")
    told = [said.result.payload for said in page.log if isinstance(said.result, Event)]
    assert told[0]["text"] == "Making the document …"
    assert told[-1]["percent"] == 100
    assert page.signals["$progress"] is None


def test_the_call_does_not_wait_for_the_file(page):
    answered = [type(result).__name__ for result in page.call("print")]
    assert page.toasts == ["Soon.", "Making the document …"]
    assert answered.index("Toast") < answered.index("Download")


def test_a_report_that_fails_is_told_on_the_page(page, customers):
    customers[0].delete()
    page.call("print", close=True)
    (error,) = [said.result for said in page.log if isinstance(said.result, Error)]
    assert "not there any more" in error.message
    assert files(page) == []
    assert not any(type(said.result).__name__ == "Close" for said in page.log)
