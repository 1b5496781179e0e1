"""An invoice is posted while the process that does it is killed: it is posted once, and who posted it sees so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import desks
from tests.browser.desks import Desk, Environment, Seeded
from tests.browser.people import Arrive, Complaints, heard, toast
from tests.browser.proxy import Proxy
from tests.documents import ROOT
from tests.servers import Server, daphne

pytestmark = [pytest.mark.redis, pytest.mark.slow]

INVOICES = "/office/office/invoice/"
A_DRAFT = """
    SELECT id FROM office_invoice
    WHERE state = 'draft' AND id IN (SELECT invoice_id FROM office_invoiceline)
    LIMIT 1
"""
LATEST = "SELECT number FROM office_invoice WHERE number != '' ORDER BY number DESC LIMIT 2"
NETWORK = ("WebSocket connection", "net::ERR_", "Failed to load resource")
"""What a browser itself writes into the console when a connection breaks."""


@pytest.fixture
def order(tmp_path: Path) -> Path:
    """The file that names the moment at which a process dies."""
    return tmp_path / "order"


@pytest.fixture
def office(origin: Seeded, tmp_path: Path, redis_url: str, order: Path) -> Iterator[Desk]:
    def deadly(env: Environment) -> Server:
        return daphne("tests.browser.deadly:application", env=env, cwd=ROOT)

    with desks.running(origin, tmp_path, 2, deadly, REDIS_URL=redis_url, DESK_DEBUG="0", DEADLY=str(order)) as desk:
        yield desk


@pytest.mark.parametrize("moment", ["before_commit", "after_commit", "before_publish"])
def test_an_invoice_is_posted_once_though_the_process_that_does_it_is_killed(
    office: Desk, arrive: Arrive, complaints: Complaints, order: Path, moment: str
):
    complaints.expect(*NETWORK)
    ((key,),) = office.ask(A_DRAFT)
    one, other = office.servers
    with Proxy(one.port) as line:
        page = arrive(line.url, office.origin.state_of("ana")).open(f"{INVOICES}record/{key}/")
        line.target = other.port
        page.get_by_role("button", name="Post", exact=True).click()
        question = page.get_by_role("alertdialog", name="Post the invoice?")
        expect(question).to_be_visible()
        order.write_text(moment)
        question.get_by_role("button", name="Post", exact=True).click()
        assert heard(page, "live:connected", 2)[1]["detail"]["recovered"]
        expect(toast(page, "Invoice posted")).to_have_count(1)
        expect(page.get_by_role("button", name="Post", exact=True)).to_have_count(0)
        expect(page.get_by_role("button", name="Register a payment")).to_be_visible()
    assert one.process is not None and one.process.poll() is not None, "the first process has died"
    assert not order.exists()
    ((number, state),) = office.ask("SELECT number, state FROM office_invoice WHERE id = ?", key)
    assert state == "posted" and re.fullmatch(r"\d{4}-\d{4}", number)
    (latest,), (before,) = office.ask(LATEST)
    assert latest == number and int(latest[5:]) == int(before[5:]) + 1, "no number was given twice or left out"
