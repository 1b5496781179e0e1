"""The office, played with the test kit: what its users do, and what comes of it."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from liveactions.contrib.mail import messages
from liveactions.contrib.mail.models import Message
from sample_site.desk import seed as desk_seed
from sample_site.desk.models import Customer, Order, Product, Stage
from sample_site.office import invoices, seed
from sample_site.office.models import Invoice, InvoiceLine, State, open_quantities

CUSTOMERS, PRODUCTS = "/office/desk/customer/", "/office/desk/product/"
ORDERS, INVOICES = "/office/desk/order/", "/office/office/invoice/"


@pytest.fixture
def people(db):
    desk_seed.make_accounts()
    seed.give_permissions()
    seed.make_templates()
    return get_user_model().objects


@pytest.fixture
def ember(db) -> Customer:
    return Customer.objects.create(name="Ember Books", city="Dublin", email="accounts@ember.example", language="de")


@pytest.fixture
def notebook(db) -> Product:
    return Product.objects.create(sku="NB", name="Notebook", price=Decimal("9.50"), stock=40)


@pytest.fixture
def pen(db) -> Product:
    return Product.objects.create(sku="PN", name="Fountain pen", price=Decimal("38.00"), stock=4)


@pytest.fixture
def order(ember, notebook, pen) -> Order:
    """#1042: ten notebooks and two pens, € 171."""
    order = Order.objects.create(number=1042, customer=ember, promised_at=timezone.now(), stage=Stage.SHIPPED)
    order.lines.create(product=notebook, quantity=10, unit_price=notebook.price)
    order.lines.create(product=pen, quantity=2, unit_price=pen.price)
    order.recount()
    return order


@pytest.fixture
def draft(ember, notebook) -> Invoice:
    """Four notebooks, € 38, with VAT 45.60."""
    invoice = Invoice.objects.create(customer=ember, due_on=date(2030, 1, 2))
    InvoiceLine.objects.create(invoice=invoice, product=notebook, quantity=4)
    invoice.refresh_from_db()
    return invoice


@pytest.fixture
def posted(draft, ana) -> Invoice:
    return invoices.post(draft.pk, actor=ana)


def record(base: str, obj: object) -> str:
    return f"{base}record/{obj.pk}/"


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def rows_of(xlsx: bytes) -> list[tuple[object, ...]]:
    return list(load_workbook(io.BytesIO(xlsx)).active.iter_rows(values_only=True))


class TestAmounts:
    def test_an_invoice_adds_up_its_lines_to_the_cent(self, draft, pen):
        assert (draft.net, draft.tax, draft.total) == (Decimal("38.00"), Decimal("7.60"), Decimal("45.60"))
        line = InvoiceLine.objects.create(invoice=draft, product=pen, quantity=1, unit_price=Decimal("0.33"))
        draft.refresh_from_db()
        assert draft.total == Decimal("46.00")
        line.delete()
        draft.refresh_from_db()
        assert draft.total == Decimal("45.60")

    def test_a_line_takes_from_its_product_what_it_does_not_say(self, draft):
        line = draft.lines.get()
        assert (line.text, line.unit_price) == ("Notebook", Decimal("9.50"))

    def test_numbers_follow_one_another_and_are_given_when_an_invoice_is_posted(self, ana, draft, ember, notebook):
        other = Invoice.objects.create(customer=ember)
        InvoiceLine.objects.create(invoice=other, product=notebook)
        year = timezone.localdate().year
        assert invoices.post(other.pk, actor=ana).number == f"{year}-0001"
        assert invoices.post(draft.pk, actor=ana).number == f"{year}-0002"

    def test_an_invoice_without_lines_cannot_be_posted(self, ana, ember):
        empty = Invoice.objects.create(customer=ember)
        with pytest.raises(invoices.NotPossible, match="has no lines yet"):
            invoices.post(empty.pk, actor=ana)
        empty.refresh_from_db()
        assert (empty.state, empty.number) == (State.DRAFT, None)

    def test_what_was_cancelled_can_be_invoiced_again(self, ana, order):
        first, _ = order.lines.all()
        made = invoices.charge(order, {first.pk: 10}, due_on=date(2030, 1, 1), actor=ana)
        assert open_quantities(order.lines.all())[first.pk] == 0
        with pytest.raises(invoices.NotPossible, match="invoiced meanwhile"):
            invoices.charge(order, {first.pk: 1}, due_on=date(2030, 1, 1), actor=ana)
        invoices.post(made.pk, actor=ana)
        invoices.cancel(made.pk, actor=ana)
        assert open_quantities(order.lines.all())[first.pk] == 10


class TestLists:
    @pytest.mark.parametrize("path", [CUSTOMERS, PRODUCTS, ORDERS, INVOICES])
    def test_everybody_of_the_team_sees_the_lists(self, live, ben, draft, order, path):
        page = live.open(path, user=ben)
        assert len(page.find_all(".live-records__row")) >= 1
        assert page.texts(".tab[aria-current]") == [page.text("h1")]

    def test_stock_is_edited_where_it_stands_and_the_sums_follow(self, live, ben, notebook, pen):
        page = live.open(PRODUCTS, user=ben)
        page.call("edit", pk=str(pen.pk), column="stock")
        page.submit(".live-records__editor", stock="5")
        pen.refresh_from_db()
        assert pen.stock == 5
        assert page.text(".live-records__total[data-label=Stock]") == "45"

    def test_who_is_in_the_warehouse_sees_no_way_to_delete(self, live, ben, ana, ember):
        page = live.open(CUSTOMERS, user=ben)
        page.click("Select Ember Books, Dublin")
        assert not page.find_all(".live-records__selection .live-records__button--danger")
        page = live.open(CUSTOMERS, user=ana)
        page.click("Select Ember Books, Dublin")
        assert page.find_all(".live-records__selection .live-records__button--danger")

    def test_the_selected_rows_become_a_workbook_with_numbers_in_it(self, live, ben, draft, ember, notebook):
        other = Customer.objects.create(name="Fable", city="Lyon")
        Customer.objects.create(name="Glass", city="Malmö")
        page = live.open(CUSTOMERS, user=ben)
        page.click("Select Ember Books, Dublin")
        page.click(f"Select {other}")
        page.click("As workbook")
        (file,) = page.downloads
        head, *rows = rows_of(file.content)
        assert head == ("Name", "City", "Email", "Phone", "Owes in €")
        assert [row[0] for row in rows] == ["Ember Books", "Fable"]

    def test_customers_become_cards_in_which_no_comma_breaks_a_line(self, live, ben, ember):
        ember.street = "9 Dame Lane, 2nd floor; rear"
        ember.save()
        page = live.open(CUSTOMERS, user=ben)
        page.click("Select Ember Books, Dublin")
        page.click("vCard")
        (file,) = page.downloads
        lines = file.content.decode().split("\r\n")
        assert file.filename == "customers.vcf"
        assert lines[:2] == ["BEGIN:VCARD", "VERSION:3.0"] and "END:VCARD" in lines
        assert "ADR;TYPE=WORK:;;9 Dame Lane\\, 2nd floor\\; rear;Dublin;;;" in lines
        assert "EMAIL:accounts@ember.example" in lines


class TestDeleting:
    def test_a_customer_with_posted_invoices_stays_and_it_is_said_why(self, live, ana, posted, ember):
        page = live.open(CUSTOMERS, user=ana)
        page.click("Select Ember Books, Dublin")
        page.click("Delete")
        (alert,) = page.alerts
        assert f"There are posted invoices: {posted}." in alert.message
        form = live.open(record(CUSTOMERS, ember), user=ana)
        assert form.find(".live-records__button--danger").attributes.get("disabled") is not None
        assert Customer.objects.count() == 1

    def test_the_database_holds_who_has_posted_invoices_too(self, posted, ember):
        from django.db.models import ProtectedError

        with pytest.raises(ProtectedError):
            ember.delete()

    def test_with_anybody_else_go_their_drafts_and_that_is_said_before(self, live, ana, draft, ember):
        page = live.open(CUSTOMERS, user=ana)
        page.click("Select Ember Books, Dublin")
        page.click("Delete")
        (question,) = page.pending
        assert "1 invoice" in question.message and "1 line" in question.message
        assert question.variant == "danger"
        page.answer("yes")
        assert (Customer.objects.count(), Invoice.objects.count()) == (0, 0)

    def test_only_a_draft_can_be_deleted_or_changed(self, live, ana, posted):
        page = live.open(record(INVOICES, posted), user=ana)
        assert "You may look at this, and not change it." in page.text(".live-records__form")
        page.call("save", note="changed", expect="action.forbidden")
        posted.refresh_from_db()
        assert posted.note == ""


class TestInvoicingAnOrder:
    def open_terms(self, live, user, order):
        page = live.open(record(ORDERS, order), user=user)
        page.click("Invoice this order")
        return page

    def test_two_windows_lead_to_a_draft(self, live, ben, order):
        page = self.open_terms(live, ben, order)
        assert page.texts(".live-window h2") == ["Invoice this order"]
        first, second = order.lines.all()
        page.submit(".live-wizard", {f"quantity_{first.pk}": "4", f"quantity_{second.pk}": "0"})
        assert page.texts(".live-window h2") == ["Terms of the invoice"]
        page.submit(".live-wizard", {".live-wizard [name=note]": "As agreed"}, due_on="2030-05-06")
        assert page.find_all(".live-window") == []
        made = Invoice.objects.get()
        assert (made.state, made.due_on, made.note, made.order) == (State.DRAFT, date(2030, 5, 6), "As agreed", order)
        assert [(line.text, line.quantity) for line in made.lines.all()] == [("Notebook", 4)]
        assert page.toasts == [f"Draft {made.pk} is made"]
        assert "6" in page.texts(".lines tbody td")
        assert messages.is_following(made, ben)

    def test_more_than_is_open_is_refused_at_its_field(self, live, ben, order):
        page = self.open_terms(live, ben, order)
        first = order.lines.first()
        page.submit(".live-wizard", {f"quantity_{first.pk}": "11"})
        assert page.texts(".live-field-error") == ["Ensure this value is less than or equal to 10."]
        assert page.texts(".live-window h2") == ["Invoice this order"]

    def test_nothing_at_all_is_refused(self, live, ben, order):
        page = self.open_terms(live, ben, order)
        page.submit(".live-wizard", {f"quantity_{line.pk}": "0" for line in order.lines.all()})
        assert page.texts(".live-field-error") == ["Take at least one."]

    def test_posting_at_once_asks_and_ends_with_the_way_to_the_invoice(self, live, ana, order):
        page = self.open_terms(live, ana, order)
        page.submit(".live-wizard")
        page.submit(".live-wizard", due_on="2030-05-06", post_now=True)
        (question,) = page.pending
        assert "<li>Ember Books owes it by 6 May 2030.</li>" in question.message or "2030" in question.message
        assert Invoice.objects.count() == 0
        page.answer("yes")
        made = Invoice.objects.get()
        assert made.state == State.POSTED
        assert page.find_all(".live-window") == []
        assert page.notifications == ["#1042 is invoiced."]
        assert "Invoice posted" in page.toasts
        page.click("View invoice")
        assert page.texts(".live-window h2")[0] == str(made)

    def test_not_yet_leaves_the_window_open_and_makes_nothing(self, live, ana, order):
        page = self.open_terms(live, ana, order)
        page.submit(".live-wizard")
        page.submit(".live-wizard", due_on="2030-05-06", post_now=True)
        page.answer("no")
        assert page.texts(".live-window h2") == ["Terms of the invoice"]
        assert Invoice.objects.count() == 0

    def test_who_may_not_post_is_told_so_at_the_box(self, live, ben, order):
        page = self.open_terms(live, ben, order)
        page.submit(".live-wizard")
        page.submit(".live-wizard", due_on="2030-05-06", post_now=True)
        assert page.texts(".live-field-error") == ["Only billing may post invoices."]
        assert Invoice.objects.count() == 0

    def test_an_order_that_is_invoiced_offers_no_more(self, live, ana, order):
        everything = {line.pk: line.quantity for line in order.lines.all()}
        invoices.charge(order, everything, due_on=date(2030, 1, 1), actor=ana)
        page = live.open(record(ORDERS, order), user=ana)
        assert "Invoice this order" not in page.text("main")
        page.call("invoice")
        assert page.toasts == ["There is nothing to invoice."]


class TestPickingProducts:
    def test_picked_products_become_rows_that_are_not_saved_yet(self, live, ben, draft, pen):
        page = live.open(record(INVOICES, draft), user=ben)
        page.click("Pick products")
        page.submit(".live-wizard", {f"quantity_{pen.pk}": "2"})
        assert page.find_all(".live-window") == []
        assert page.find("[name=lines-1-product] option[selected]").text() == "Fountain pen"
        assert page.find("[name=lines-1-quantity]").value == "2"
        assert draft.lines.count() == 1
        page.submit(".live-records__form")
        assert [(line.text, line.quantity, line.unit_price) for line in draft.lines.all()] == [
            ("Notebook", 4, Decimal("9.50")),
            ("Fountain pen", 2, Decimal("38.00")),
        ]
        assert "€ 136.80" in page.text(".facts")

    def test_they_can_come_instead_of_the_lines_that_are_there(self, live, ben, draft, pen):
        page = live.open(record(INVOICES, draft), user=ben)
        page.click("Pick products")
        page.submit(".live-wizard", {f"quantity_{pen.pk}": "1", "instead": True})
        page.submit(".live-records__form")
        assert [line.text for line in draft.lines.all()] == ["Fountain pen"]

    def test_a_new_invoice_is_filled_the_same_way(self, live, ben, ember, pen):
        page = live.open(f"{INVOICES}new/", user=ben)
        page.click("Pick products")
        page.submit(".live-wizard", {f"quantity_{pen.pk}": "3"})
        page.submit(".live-records__form", customer=str(ember.pk))
        made = Invoice.objects.get()
        assert [(line.text, line.quantity) for line in made.lines.all()] == [("Fountain pen", 3)]
        assert page.redirected_to == record(INVOICES, made)


class TestPosting:
    def test_it_asks_with_the_consequences_as_a_list_and_what_people_wrote_is_escaped(self, live, ana, draft, ember):
        ember.name = "<b>Ember</b>"
        ember.save()
        page = live.open(record(INVOICES, draft), user=ana)
        page.click("Post")
        (question,) = page.pending
        assert question.html and question.message.count("<li>") == 3
        assert "<strong>&lt;b&gt;Ember&lt;/b&gt;</strong> owes €\u202f45.60" in question.message
        page.answer("yes")
        draft.refresh_from_db()
        assert draft.state == State.POSTED
        assert page.toasts == ["Invoice posted"]
        assert page.text(".panel .badge") == "Posted"

    def test_what_is_entered_and_not_saved_is_not_passed_over(self, live, ana, draft):
        page = live.open(record(INVOICES, draft), user=ana)
        page.call("begin")
        page.click("Post")
        assert page.pending == []
        assert page.toasts == ["Save first: what you have entered would not be on the invoice."]

    def test_no_leaves_it_a_draft(self, live, ana, draft):
        page = live.open(record(INVOICES, draft), user=ana)
        page.click("Post")
        page.answer("no")
        draft.refresh_from_db()
        assert draft.state == State.DRAFT

    def test_who_is_not_in_billing_sees_no_button_and_is_refused(self, live, ben, draft):
        page = live.open(record(INVOICES, draft), user=ben)
        assert "Billing posts it." in page.text(".deeds")
        page.call("post", expect="action.forbidden")
        page.call("cancel", expect="action.forbidden")
        draft.refresh_from_db()
        assert draft.state == State.DRAFT

    def test_cancelling_is_dangerous_and_says_so(self, live, ana, posted):
        page = live.open(record(INVOICES, posted), user=ana)
        page.click("Cancel the invoice")
        (question,) = page.pending
        assert question.variant == "danger"
        page.answer("yes")
        posted.refresh_from_db()
        assert posted.state == State.CANCELLED
        assert page.toasts == [f"{posted} is cancelled"]

    def test_what_somebody_else_has_just_posted_is_not_posted_twice(self, live, ana, ben, draft):
        page = live.open(record(INVOICES, draft), user=ana)
        page.click("Post")
        number = invoices.post(draft.pk, actor=ana).number
        page.answer("yes")
        draft.refresh_from_db()
        assert draft.number == number
        assert page.toasts[-1] == f"{number} is posted."

    def test_followers_are_told_wherever_they_are_and_can_go_there(self, live, ana, ben, draft):
        messages.follow(draft, ben)
        watching = live.open("/", user=ben)
        acting = live.open(record(INVOICES, draft), user=ana)
        acting.click("Post")
        acting.answer("yes")
        draft.refresh_from_db()
        assert watching.toasts == [f"ana posted {draft}"]
        watching.click("View invoice")
        assert watching.texts(".live-window h2")[0] == str(draft)


class TestPayments:
    def test_the_selected_invoices_are_paid_through_the_builder(self, live, ana, posted):
        overview = live.open("/office/", user=ana)
        page = live.open(INVOICES, user=ana)
        page.click(f"Select {posted}")
        page.click("Register payment …")
        page.submit(".live-wizard", paid_on="2026-01-05", way="card")
        assert overview.toasts == ["ana registered €\u202f45.60 as paid"]
        posted.refresh_from_db()
        assert (posted.state, posted.paid_on) == (State.PAID, date(2026, 1, 5))
        assert page.toasts == [f"Paid by card: {posted}."]
        assert page.find_all(".live-window") == []
        assert "Paid" in page.text("tbody")

    def test_an_invoice_that_is_not_owed_stops_all_of_them(self, live, ana, posted, ember):
        other = Invoice.objects.create(customer=ember)
        page = live.open(INVOICES, user=ana)
        page.click(f"Select {posted}")
        page.click(f"Select {other}")
        page.click("Register payment …")
        page.submit(".live-wizard", paid_on="2026-01-05", way="card")
        assert [alert.message for alert in page.alerts] == [f"{other} is draft."]
        posted.refresh_from_db()
        assert posted.state == State.POSTED


class TestPaper:
    def test_an_invoice_is_printed_as_its_customer_writes_amounts_and_days(self, live, ana, posted):
        page = live.open(record(INVOICES, posted), user=ana)
        page.click("Print")
        page.wait_for(lambda: page.downloads)
        (file,) = page.downloads
        text = text_of(file.content)
        assert file.filename == f"invoice-{posted}.pdf"
        assert f"Rechnung {posted}" in text and "Ember Books" in text
        assert "45,60" in text and "2. Januar 2030" in text

    def test_a_statement_lists_what_is_open(self, live, ana, posted, ember):
        page = live.open(record(CUSTOMERS, ember), user=ana)
        page.click("Print it")
        page.wait_for(lambda: page.downloads)
        text = text_of(page.downloads[0].content)
        assert str(posted) in text and "45,60" in text

    def test_the_till_adds_up_data_of_the_day(self, live, ana, order):
        Order.objects.update(shipped_at=timezone.now())
        page = live.open("/office/", user=ana)
        page.click("Print the till of today")
        page.wait_for(lambda: page.downloads)
        text = text_of(page.downloads[0].content)
        assert "10 × Notebook" in text and "171.00" in text and "Printed for ana" in text

    def test_a_message_goes_out_with_the_document(self, live, ana, posted):
        page = live.open(record(INVOICES, posted), user=ana)
        page.click("Send by mail")
        assert page.texts(".live-window h2") == ["New message"]
        assert page.find("[id^=live-mail-subject]").value == f"Invoice {posted}"
        page.submit(".live-mail-text")
        (sent,) = mail.outbox
        ((name, content, kind),) = sent.attachments
        assert (sent.subject, sent.to) == (f"Invoice {posted}", ["Ember Books <accounts@ember.example>"])
        assert (name, kind) == (f"invoice-{posted}.pdf", "application/pdf")
        assert "Ember Books" in text_of(content)
        assert Message.objects.get().record == posted

    def test_a_note_is_seen_by_the_others_and_told_to_followers(self, live, ana, ben, posted):
        messages.follow(posted, ben)
        reading = live.open(record(INVOICES, posted), user=ben)
        writing = live.open(record(INVOICES, posted), user=ana)
        writing.click("Log note")
        writing.component("live_mail.composer").set(body="They called")
        writing.submit(".live-mail-text")
        assert "They called" in reading.text(".live-mail-entries")
        assert reading.toasts == [f"ana wrote about {posted}"]
        assert mail.outbox == []


class TestOverview:
    def test_it_counts_again_when_something_happens(self, live, ana, draft):
        page = live.open("/office/", user=ana)
        assert page.texts(".figure dd")[:2] == ["1", "€ 0.00"]
        invoices.post(draft.pk, actor=ana)
        assert page.texts(".figure dd")[:2] == ["0", "€ 45.60"]

    def test_what_was_shipped_and_never_charged_is_shown_until_it_is(self, live, ana, order):
        Order.objects.update(shipped_at=timezone.now() - timedelta(days=1))
        page = live.open("/office/", user=ana)
        assert "#1042" in page.text("[aria-labelledby=to_invoice_title]")
        invoices.charge(order, {line.pk: 1 for line in order.lines.all()}, due_on=date(2030, 1, 1), actor=ana)
        assert "#1042" not in page.text("[aria-labelledby=to_invoice_title]")

    def test_the_export_is_made_in_the_background_with_every_line(self, live, ana, posted):
        page = live.open("/office/", user=ana)
        page.click("Export all lines")
        page.wait_for(lambda: page.downloads)
        head, line = rows_of(page.downloads[0].content)
        assert head[0] == "Invoice" and line[0] == str(posted) and line[-1] == 38


class TestOrdersOfTheBoard:
    def test_what_the_office_changes_is_another_version_on_the_board(self, live, ben, order):
        page = live.open(record(ORDERS, order), user=ben)
        page.submit(".live-records__form", note="Blue paper")
        order.refresh_from_db()
        assert (order.note, order.version) == ("Blue paper", 2)
        assert order.activity.get().text == "changed the promise or the note of #1042"

    def test_what_happens_on_the_board_is_seen_in_the_office(self, live, ben, order):
        from sample_site.desk import orders

        Order.objects.update(stage=Stage.PACKING, shipped_at=None)
        page = live.open(ORDERS, user=ben)
        assert "Packing" in page.text("tbody")
        orders.move(order.pk, Stage.SHIPPED, seen=1, actor=ben)
        assert "Shipped" in page.text("tbody")


class TestStrangers:
    """Who is in neither team."""

    @pytest.fixture
    def guest(self, db):
        return get_user_model().objects.create_user("guest")

    @pytest.mark.parametrize("path", ["/office/", CUSTOMERS, f"{INVOICES}new/"])
    def test_who_is_in_no_team_sees_nothing_of_the_office(self, client, guest, path):
        client.force_login(guest)
        assert client.get(path).status_code == 403

    def test_and_no_way_to_it(self, client, guest, ana):
        client.force_login(guest)
        assert 'href="/office/"' not in client.get("/").content.decode()
        client.force_login(ana)
        assert 'href="/office/"' in client.get("/").content.decode()


class TestSeed:
    def test_an_empty_office_is_filled_once(self, db):
        desk_seed.seed()
        assert seed.seed() is True
        count = Invoice.objects.count()
        assert count > 100
        assert seed.seed() is False
        assert Invoice.objects.count() == count
        for invoice in Invoice.objects.all()[:20]:
            net = invoice.net
            invoice.recount()
            assert invoice.net == net
        assert Customer.objects.filter(email="").count() == 0
