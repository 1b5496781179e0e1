"""The office as two people use it: two browsers, two web processes, a worker, a real Redis, a real mail server."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from openpyxl import load_workbook
from playwright.sync_api import Download, Locator, Page, expect
from pypdf import PdfReader

from tests.browser import desks
from tests.browser.desks import Desk, Seeded
from tests.browser.people import Arrive, Person, toast
from tests.documents import ROOT
from tests.servers import Server, free_port

pytestmark = [pytest.mark.redis, pytest.mark.slow]

CUSTOMERS, ORDERS, INVOICES = "/office/desk/customer/", "/office/desk/order/", "/office/office/invoice/"
WORKER = [sys.executable, "-u", "sample_site/manage.py", "live", "worker", "--grace", "0.5"]


class Worker(Server):
    """``manage.py live worker``: it listens on no port; it says when it is ready."""

    def wait_until_it_answers(self, port: int = 0) -> None:
        self.wait_until_it_prints("Working, ")


@dataclass
class Letterbox:
    """A mail server that keeps what it is given."""

    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # aiosmtpd's name
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"


@pytest.fixture(scope="module")
def letterbox() -> Iterator[Controller]:
    server = Controller(Letterbox(), hostname="127.0.0.1", port=free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def kept_office(origin: Seeded, tmp_path_factory, redis_url: str, letterbox: Controller) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("office")
    settings = {"REDIS_URL": redis_url, "DESK_DEBUG": "0", "DESK_SMTP": f"127.0.0.1:{letterbox.port}"}
    with desks.running(origin, folder, 2, **settings) as desk, Worker(WORKER, env=desk.env, cwd=ROOT):
        yield desk


@pytest.fixture
def office(kept_office: Desk, letterbox: Controller) -> Desk:
    """Two web processes and a worker, with the database as it was seeded."""
    kept_office.renew()
    letterbox.handler.letters.clear()
    return kept_office


@pytest.fixture
def ana(office: Desk, arrive: Arrive) -> Person:
    """Billing, on the first process."""
    return arrive(office.servers[0].url, office.origin.state_of("ana"))


@pytest.fixture
def ben(office: Desk, arrive: Arrive) -> Person:
    """Warehouse, on the second one."""
    return arrive(office.servers[1].url, office.origin.state_of("ben"))


def row(page: Page, title: str) -> Locator:
    return page.locator("tbody tr").filter(has=page.get_by_role("link", name=title, exact=True))


def window(page: Page, title: str) -> Locator:
    return page.get_by_role("dialog", name=title, exact=True)


def button(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)


def content_of(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def an_order(office: Desk, stage: str = "shipped") -> tuple[int, int, str]:
    """Its key, its number and its customer's name: one of a single line."""
    found = office.ask(
        """SELECT o.id, o.number, c.name FROM desk_order o JOIN desk_customer c ON c.id = o.customer_id
           WHERE o.stage = ? AND (SELECT COUNT(*) FROM desk_orderline l WHERE l.order_id = o.id) = 1 ORDER BY o.id""",
        stage,
    )
    return found[0]  # type: ignore[return-value]


def test_an_order_becomes_an_invoice_that_is_posted_sent_and_cancelled_before_the_eyes_of_both(
    office: Desk, ana: Person, ben: Person, letterbox: Controller
):
    key, _, customer = an_order(office)
    books = ana.open(INVOICES)
    expect(books.get_by_text("134 invoices")).to_be_visible()

    # Ben drafts: two windows, one after the other.
    order = ben.open(f"{ORDERS}record/{key}/")
    button(order, "Invoice this order").click()
    button(window(order, "Invoice this order"), "Next").click()
    terms = window(order, "Terms of the invoice")
    expect(window(order, "Invoice this order")).to_have_count(0)
    terms.get_by_label("Due").fill("2030-05-06")
    button(terms, "Create the invoice").click()
    expect(order.locator(".live-window")).to_have_count(0)
    expect(toast(order, "Draft 135 is made")).to_be_visible()
    expect(button(order, "Invoice this order")).to_have_count(0)
    expect(row(books, "Draft 135")).to_contain_text(customer)
    expect(books.get_by_text("135 invoices")).to_be_visible()

    # He has no button to post it; he adds products from a window, unsaved, while ana changes the day it is due.
    draft = ben.open(f"{INVOICES}record/135/")
    expect(draft.get_by_text("Billing posts it.")).to_be_visible()
    expect(button(draft, "Post")).to_have_count(0)
    button(draft, "Pick products").click()
    products = window(draft, "Products")
    products.get_by_label("Linen folder").fill("3")
    button(products, "Add to the invoice").click()
    expect(draft.locator("[name=lines-1-text]")).to_have_value("Linen folder")
    form = ana.open(f"{INVOICES}record/135/")
    form.locator("[name=due_on]").fill("2030-06-07")
    button(form, "Save").click()
    expect(toast(form, "Saved: Draft 135")).to_be_visible()
    expect(draft.get_by_text("Changed by ana.")).to_be_visible()
    expect(draft.locator("[name=due_on]")).to_have_value("2030-05-06")
    button(draft, "Save").click()
    expect(draft.locator("[name=due_on]")).to_have_value("2030-06-07")
    expect(form.locator("[name=lines-1-text]")).to_have_value("Linen folder")

    # Ana posts it, after reading what that comes to. Ben, who follows it, is told, and looks at it where he is.
    button(form, "Post").click()
    question = form.get_by_role("alertdialog", name="Post the invoice?")
    expect(question.get_by_role("listitem")).to_have_count(3)
    expect(question).to_contain_text("by 7 June 2030")
    button(question, "Post").click()
    expect(toast(form, "Invoice posted")).to_be_visible()
    ((name,),) = office.ask("SELECT number FROM office_invoice WHERE id = 135")
    expect(row(books, name)).to_contain_text("Posted")
    expect(toast(order, f"ana posted {name}")).to_be_visible()
    button(order, "View invoice").last.click()
    seen = window(order, name)
    expect(seen.get_by_text("You may look at this, and not change it.")).to_be_visible()
    order.keyboard.press("Escape")
    expect(order.locator(".live-window")).to_have_count(0)

    # She sends it, with its document. It stands among the messages of the invoice for both.
    button(form, "Send by mail").click()
    composer = window(form, "New message")
    expect(composer.get_by_label("Subject")).to_have_value(f"Invoice {name}")
    button(composer, "Send").click()
    expect(toast(form, "Message sent")).to_be_visible()
    (letter,) = letterbox.handler.letters
    (document,) = letter.iter_attachments()
    assert letter["To"] is not None and customer.split()[0] in letter["To"]
    assert document.get_filename() == f"invoice-{name}.pdf"
    printed = text_of(document.get_content())
    assert name in printed and customer in printed and "Linen folder" in printed
    expect(draft.get_by_text(f"Invoice {name}").first).to_be_visible()
    expect(toast(draft, f"ana wrote about {name}")).to_be_visible()

    # At last she cancels it: the dangerous kind of question. What it charged is open again.
    button(form, "Cancel the invoice").click()
    question = form.get_by_role("alertdialog", name=f"Cancel {name}?")
    expect(question).to_have_attribute("data-variant", "danger")
    button(question, "Cancel the invoice").click()
    expect(row(books, name)).to_contain_text("Cancelled")
    expect(toast(draft, f"ana cancelled {name}")).to_be_visible()
    expect(button(order, "Invoice this order")).to_be_visible()


def test_what_is_posted_at_once_ends_with_a_way_to_it(office: Desk, ana: Person):
    key, number, _ = an_order(office)
    page = ana.open(f"{ORDERS}record/{key}/")
    button(page, "Invoice this order").click()
    button(page, "Next").click()
    terms = window(page, "Terms of the invoice")
    terms.get_by_label("Post it at once").check()
    button(terms, "Create the invoice").click()
    button(page.get_by_role("alertdialog", name="Post the invoice?"), "Post").click()
    expect(toast(page, f"#{number} is invoiced.")).to_be_visible()
    button(toast(page, "Invoice posted"), "View invoice").click()
    expect(page.locator(".live-window h2").first).to_have_text(re.compile(r"20\d\d-\d{4}"))
    expect(button(page.locator(".live-window"), "Register a payment")).to_be_visible()


def test_a_statement_is_sent_and_a_card_taken(office: Desk, ana: Person, letterbox: Controller):
    page = ana.open(f"{CUSTOMERS}record/1/")
    button(page, "Send a statement").click()
    button(window(page, "New message"), "Send").click()
    expect(toast(page, "Message sent")).to_be_visible()
    (letter,) = letterbox.handler.letters
    (document,) = letter.iter_attachments()
    numbers = [
        number
        for (number,) in office.ask("SELECT number FROM office_invoice WHERE customer_id = 1 AND state = 'posted'")
    ]
    printed = text_of(document.get_content())
    assert numbers and all(number in printed for number in numbers)
    with page.expect_download() as taken:
        button(page, "vCard").click()
    assert content_of(taken.value).startswith(b"BEGIN:VCARD\r\nVERSION:3.0")


def test_the_till_is_printed_by_the_worker(ana: Person):
    page = ana.open("/office/")
    with page.expect_download() as printed:
        button(page, "Print the till of today").click()
    assert "Till of" in text_of(content_of(printed.value))


def test_an_export_of_everything_is_made_by_the_worker_while_the_page_says_how_far_it_is(office: Desk, ana: Person):
    page = ana.open("/office/")
    page.evaluate("addEventListener('live:progress', (event) => (window.far ??= []).push(event.detail))")
    with page.expect_download() as made:
        button(page, "Export all lines").click()
    rows = list(load_workbook(BytesIO(content_of(made.value))).active.iter_rows(values_only=True))
    assert len(rows) == 1 + office.ask("SELECT COUNT(*) FROM office_invoiceline")[0][0]
    assert page.evaluate("far[0].total") == len(rows) - 1
    expect(page.locator(".progress")).to_be_hidden()


def test_selected_rows_become_a_workbook(ben: Person):
    page = ben.open(CUSTOMERS)
    for name in ("Ember Books", "Fable Print Studio"):
        row(page, name).get_by_role("checkbox").click()
    expect(page.get_by_text("2 selected")).to_be_visible()
    with page.expect_download() as made:
        button(page, "As workbook").click()
    book = load_workbook(BytesIO(content_of(made.value)))
    names = [line[0] for line in book.active.iter_rows(values_only=True)]
    assert names == ["Name", "Ember Books", "Fable Print Studio"]


def test_who_has_posted_invoices_cannot_be_deleted_and_with_others_go_their_drafts(ana: Person, ben: Person):
    page, watching = ana.open(CUSTOMERS), ben.open(CUSTOMERS)
    row(page, "Ember Books").get_by_role("checkbox").click()
    button(page, "Delete").click()
    refusal = page.get_by_role("alertdialog", name="Nothing can be deleted")
    expect(refusal).to_contain_text("There are posted invoices: 20")
    button(refusal, "OK").click()
    row(page, "Ember Books").get_by_role("checkbox").click()

    row(page, "Kestrel Theatre").get_by_role("checkbox").click()
    button(page, "Delete").click()
    question = page.get_by_role("alertdialog", name="Delete 1 customer?")
    expect(question).to_contain_text("1 invoice")
    button(question, "Delete 1").click()
    expect(row(page, "Kestrel Theatre")).to_have_count(0)
    expect(row(watching, "Kestrel Theatre")).to_have_count(0)
    row(watching, "Ember Books").get_by_role("checkbox").click()
    expect(button(watching, "As workbook")).to_be_visible()
    expect(button(watching, "Delete")).to_have_count(0)


def test_a_cell_that_is_edited_is_not_taken_out_of_ones_hands(ana: Person, ben: Person):
    mine, theirs = ana.open("/office/desk/product/"), ben.open("/office/desk/product/")
    pen = row(mine, "PN-FT").locator("[data-column=stock]")
    pen.dblclick()
    mine.locator(".live-records__editor input").fill("70")
    row(theirs, "PN-FT").locator("[data-column=price]").dblclick()
    theirs.locator(".live-records__editor input").fill("39.5")
    theirs.keyboard.press("Enter")
    expect(row(theirs, "PN-FT").locator("[data-column=price]")).to_have_text("39.50")
    expect(mine.get_by_text("Changed by ben.")).to_be_visible()
    expect(row(mine, "PN-FT").locator("[data-column=price]")).to_have_text("38.00")
    expect(mine.locator(".live-records__editor input")).to_have_value("70")
    mine.keyboard.press("Enter")
    expect(row(mine, "PN-FT").locator("[data-column=price]")).to_have_text("39.50")
    expect(row(theirs, "PN-FT").locator("[data-column=stock]")).to_have_text("70")


def tab_to(page: Page, place: Locator) -> None:
    """Press Tab until ``place`` has the focus."""
    for _ in range(40):
        if place.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there.")


class TestByKeyboardAlone:
    def test_an_order_is_invoiced_and_posted(self, office: Desk, ana: Person):
        key, number, _ = an_order(office)
        page = ana.open(f"{ORDERS}record/{key}/")
        button(page, "Invoice this order").focus()
        page.keyboard.press("Enter")
        expect(window(page, "Invoice this order").locator("input").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(window(page, "Terms of the invoice").get_by_label("Due")).to_be_focused()
        box = window(page, "Terms of the invoice").get_by_label("Post it at once")
        for _ in range(8):
            page.keyboard.press("Tab")
            if box.evaluate("node => node === document.activeElement"):
                break
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alertdialog", name="Post the invoice?")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("alertdialog")).to_have_count(0)
        expect(window(page, "Terms of the invoice")).to_be_visible()
        expect(page.locator("html")).not_to_have_attribute("aria-busy", "true")  # a form is not sent while it is
        box.focus()
        page.keyboard.press("Enter")
        expect(button(page.get_by_role("alertdialog"), "Post")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".live-window")).to_have_count(0)
        expect(toast(page, f"#{number} is invoiced.")).to_be_visible()

    def test_a_message_is_written_and_sent(self, ana: Person, letterbox: Controller):
        page = ana.open(f"{INVOICES}record/130/")
        button(page, "Send by mail").focus()
        page.keyboard.press("Enter")
        composer = window(page, "New message")
        expect(composer).to_be_visible()
        tab_to(page, composer.get_by_placeholder("Name or address"))
        page.keyboard.type("eve@example.net")
        page.keyboard.press("Enter")
        expect(composer.locator(".live-mail-chip").filter(has_text="eve@example.net")).to_be_visible()
        tab_to(page, composer.get_by_label("Subject"))
        page.keyboard.press("Control+A")
        page.keyboard.type("By hand")
        tab_to(page, button(composer, "Send"))
        page.keyboard.press("Enter")
        expect(page.locator(".live-window")).to_have_count(0)
        expect(toast(page, "Message sent")).to_be_visible()
        expect(button(page, "Send by mail")).to_be_focused()
        (letter,) = letterbox.handler.letters
        assert letter["Subject"] == "By hand" and "eve@example.net" in str(letter["To"])

    def test_a_window_that_is_left_by_escape_gives_the_focus_back(self, ana: Person):
        page = ana.open(f"{INVOICES}record/134/")
        for name, title in (("Pick products", "Products"), ("Send by mail", "New message")):
            button(page, name).focus()
            page.keyboard.press("Enter")
            expect(window(page, title)).to_be_visible()
            page.keyboard.press("Escape")
            expect(page.locator(".live-window")).to_have_count(0)
            expect(button(page, name)).to_be_focused()

    def test_what_was_entered_in_a_window_is_asked_about_before_it_is_lost(self, ana: Person):
        page = ana.open(f"{INVOICES}record/134/")
        button(page, "Pick products").focus()
        page.keyboard.press("Enter")
        expect(window(page, "Products").locator("input").first).to_be_focused()
        page.keyboard.type("5")
        page.keyboard.press("Escape")
        expect(page.get_by_role("alertdialog", name="Discard your changes?")).to_be_visible()
        page.keyboard.press("Enter")
        expect(window(page, "Products")).to_be_visible()
