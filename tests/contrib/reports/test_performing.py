"""An action that answers with a report hands a PDF to the browser, or says why not."""

from __future__ import annotations

import pytest

from liveactions import ActionRequest, Error
from liveactions.contrib.reports import BaseReport, ReportError, printing, register
from liveactions.results import Close, Download, Report, perform


class Letter(BaseReport):
    template_name = "papers/letter.html"
    model = "desk.Customer"
    filename = "letter-{record.name}"


@pytest.fixture(autouse=True)
def letter():
    register("tests.letter")(Letter)


def test_a_report_becomes_a_download(customers, clerk, pages_of):
    download = perform(Report("tests.letter", instance_ids=[customers[0].pk]), ActionRequest(user=clerk))
    assert isinstance(download, Download)
    assert (download.filename, download.mimetype) == ("letter-Ada.pdf", "application/pdf")
    assert "dear Ada" in pages_of(download.content)[0]


def test_the_window_closes_after_the_download_where_that_was_asked_for(customers, clerk):
    word = Report("tests.letter", instance_ids=[customers[0].pk], close=True)
    download, close = perform(word, ActionRequest(user=clerk))
    assert isinstance(download, Download)
    assert close == Close()


@pytest.mark.parametrize("close", [True, False])
def test_a_report_that_fails_is_told_and_the_window_stays(customers, clerk, close, caplog):
    answer = perform(Report("tests.letter", instance_ids=[10_000], close=close), ActionRequest(user=clerk))
    assert isinstance(answer, Error)
    assert "not there any more" in answer.message
    assert answer.status == 404


def test_of_a_failing_template_the_user_hears_no_more_than_that(customers, clerk, caplog):
    register("tests.broken")(type("Broken", (Letter,), {"get_context": lambda *_: 1 / 0}))
    answer = perform(Report("tests.broken", instance_ids=[customers[0].pk]), ActionRequest(user=clerk))
    assert answer == Error("The document could not be made.", status=500)
    assert "ZeroDivisionError" in caplog.text


def test_progress_is_told_while_documents_are_made_and_ends(customers, clerk, monkeypatch):
    told = []
    monkeypatch.setattr(ActionRequest, "progress", lambda self, *args: told.append(args[:2]))
    perform(Report("tests.letter", instance_ids=[each.pk for each in customers]), ActionRequest(user=clerk))
    assert told == [(0, 2), (1, 2), (1, 1)]


def test_without_weasyprint_the_user_is_told_and_the_developer_how_to_mend_it(customers, clerk, monkeypatch):
    def missing():
        raise ReportError("Reports cannot be printed here: WeasyPrint is missing.", hint=printing.INSTALL)

    monkeypatch.setattr(printing, "imported", missing)
    answer = perform(Report("tests.letter", instance_ids=[customers[0].pk]), ActionRequest(user=clerk))
    assert answer == Error("Reports cannot be printed here: WeasyPrint is missing.", status=500)
