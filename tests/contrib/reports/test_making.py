"""A report is a PDF of the right records, for those who may have it, in the language of its recipient."""

from __future__ import annotations

import datetime
import io
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings
from django.utils import translation
from pypdf import PdfReader

from liveactions import ActionRequest, Report
from liveactions.contrib import reports
from liveactions.contrib.reports import BaseReport, ReportError, make, register
from sample_site.desk.models import Customer

WHEN = datetime.date(2026, 3, 9)


class Letter(BaseReport):
    template_name = "papers/letter.html"
    model = "desk.Customer"
    filename = "letter-{record.name}"

    def get_context(self, request, records, data):
        return {"when": WHEN, "amount": 1234.5, "note": (data or {}).get("note", "Hello.")}


class Totals(BaseReport):
    template_name = "papers/list.html"
    title = "Totals"


@pytest.fixture
def letter():
    return register("tests.letter")(Letter)


def asked_by(user, **word):
    return make(Report("tests.letter", **word), ActionRequest(user=user))


class TestRecords:
    def test_each_record_is_a_document_of_its_own_in_one_file(self, letter, customers, clerk, pages_of):
        ada, bo = customers
        made = asked_by(clerk, instance_ids=[bo.pk, ada.pk])
        first, second = pages_of(made.content)
        assert "dear Bo of Malmö" in first
        assert "dear Ada of Turin" in second
        assert "1 / 1" in first and "1 / 1" in second
        assert made.filename == "letter-Bo.pdf"
        assert made.mimetype == "application/pdf"

    def test_one_document_is_about_all_records_when_the_report_says_so(self, customers, clerk, pages_of):
        @register("tests.letter")
        class List(BaseReport):
            template_name = "papers/list.html"
            model = Customer
            together = True

        (page,) = pages_of(asked_by(clerk, instance_ids=[each.pk for each in customers]).content)
        assert "Ada, Turin" in page and "Bo, Malmö" in page

    def test_keys_may_be_text_and_count_once(self, letter, customers, clerk, pages_of):
        made = asked_by(clerk, instance_ids=[str(customers[0].pk), customers[0].pk])
        assert len(pages_of(made.content)) == 1

    @pytest.mark.parametrize("other", [999_999, "no-number", 10**30])
    def test_a_missing_record_is_an_error_and_nothing_is_printed(self, letter, customers, clerk, other):
        with pytest.raises(ReportError, match="One record is not there any more") as caught:
            asked_by(clerk, instance_ids=[customers[0].pk, other])
        assert caught.value.status == 404

    def test_a_record_that_the_user_may_not_see_is_as_good_as_missing(self, customers, clerk):
        @register("tests.letter")
        class OwnLetter(Letter):
            def get_queryset(self, request, model):
                assert request.user == clerk
                return model.objects.filter(city="Turin")

        assert asked_by(clerk, instance_ids=[customers[0].pk]).content.startswith(b"%PDF")
        with pytest.raises(ReportError, match="you may not see it"):
            asked_by(clerk, instance_ids=[customers[1].pk])

    def test_too_many_and_none_at_all_are_refused(self, customers, clerk):
        register("tests.letter")(type("One", (Letter,), {"max_records": 1}))
        with pytest.raises(ReportError, match="2 records are too many"):
            asked_by(clerk, instance_ids=[each.pk for each in customers])
        with pytest.raises(ReportError, match="Nothing is selected"):
            asked_by(clerk, instance_ids=[])

    def test_the_model_may_be_said_with_the_word(self, customers, clerk, pages_of):
        register("tests.letter")(type("Any", (Letter,), {"model": None}))
        made = asked_by(clerk, instance_ids=[customers[0].pk], model="Customer")
        assert "dear Ada" in pages_of(made.content)[0]
        with pytest.raises(ReportError, match="is not known"):
            asked_by(clerk, instance_ids=[customers[0].pk])
        with pytest.raises(ReportError, match="No models are called 'Ghost'"):
            asked_by(clerk, instance_ids=[customers[0].pk], model="Ghost")


class TestData:
    def test_the_template_is_given_the_data(self, clerk, pages_of):
        register("tests.letter")(Totals)
        made = asked_by(clerk, report_data={"rows": ["one & two", "<b>three</b>"]})
        assert "one & two" in pages_of(made.content)[0]
        assert "<b>three</b>" in pages_of(made.content)[0]
        assert PdfReader(io.BytesIO(made.content)).metadata.title == "Totals"
        assert made.filename == "tests-letter.pdf"


class TestPermissions:
    def test_records_need_the_permission_to_view_them(self, letter, customers, django_user_model):
        stranger = django_user_model.objects.create_user("stranger", password="x")
        for nobody in (stranger, AnonymousUser(), None):
            with pytest.raises(ReportError, match="may not print") as caught:
                asked_by(nobody, instance_ids=[customers[0].pk])
            assert caught.value.status == 403

    def test_a_report_may_say_who_may(self, customers, clerk, django_user_model):
        register("tests.letter")(type("Staff", (Letter,), {"permission": (lambda user: user.is_staff,)}))
        with pytest.raises(ReportError, match="may not print"):
            asked_by(clerk, instance_ids=[customers[0].pk])
        chief = django_user_model.objects.create_user("chief", password="x", is_staff=True)
        assert asked_by(chief, instance_ids=[customers[0].pk]).content

    def test_code_is_trusted_unless_it_names_a_user(self, letter, customers, django_user_model):
        assert reports.render("tests.letter", instances=customers)[:4] == b"%PDF"
        with pytest.raises(ReportError, match="may not print"):
            reports.render("tests.letter", instances=customers, user=AnonymousUser())
        with pytest.raises(ReportError, match="about instances or about data"):
            reports.render("tests.letter")


class TestLanguages:
    def test_a_document_speaks_the_language_of_its_recipient(self, customers, clerk, pages_of):
        @register("tests.letter")
        class Foreign(Letter):
            def contact_of(self, record):
                return SimpleNamespace(language={"Turin": "it", "Malmö": "sv"}[record.city])

        with translation.override("en"):
            italian, swedish = pages_of(asked_by(clerk, instance_ids=[each.pk for each in customers]).content)
        assert "Sì" in italian and "Lunedì, 9 Marzo 2026" in italian
        assert "Ja" in swedish and "9 mars 2026" in swedish

    def test_the_contact_of_the_word_decides_for_all_records(self, customers, clerk, pages_of):
        @register("tests.letter")
        class ForContact(Letter):
            contact_model = Customer

            def language_of(self, contact):
                return "de" if contact.city == "Malmö" else None

        german, _ = pages_of(
            asked_by(clerk, instance_ids=[c.pk for c in customers], contact_id=customers[1].pk).content
        )
        assert "Montag, 9 März 2026" in german
        assert "1.234,50" in german

    def test_without_a_recipient_it_is_the_language_of_the_report_and_then_of_the_user(self, customers, pages_of):
        register("tests.letter")(type("French", (Letter,), {"language": "fr"}))
        register("tests.other")(type("Other", (Letter,), {}))
        with translation.override("de"):
            (french,) = pages_of(reports.render("tests.letter", instances=customers[:1]))
            (german,) = pages_of(reports.render("tests.other", instances=customers[:1]))
            assert translation.get_language() == "de"
        assert "Oui" in french
        assert "Ja" in german

    def test_a_language_the_site_does_not_speak_is_passed_over(self, letter, customers, pages_of):
        with translation.override("de"):
            (page,) = pages_of(reports.render("tests.letter", instances=customers[:1], language="tlh"))
        assert "Ja" in page


class TestTheSheet:
    @pytest.mark.parametrize(("size", "width"), [("A4", 595), ("A4 landscape", 842), ("80mm 200mm", 227)])
    def test_the_paper_has_the_size_that_the_report_says(self, customers, size, width):
        register("tests.letter")(type("Sized", (Letter,), {"page_size": size, "margin": "5mm"}))
        pdf = reports.render("tests.letter", instances=customers[:1])
        assert round(float(PdfReader(io.BytesIO(pdf)).pages[0].mediabox.width)) == width

    def test_css_of_the_report_counts(self, customers, pages_of):
        register("tests.letter")(type("Styled", (Letter,), {"css": "h1 { display: none }", "title": "Unseen"}))
        assert "Unseen" not in pages_of(reports.render("tests.letter", instances=customers[:1]))[0]

    def test_a_name_for_the_file_holds_no_folders(self, customers, clerk):
        register("tests.letter")(type("Deep", (Letter,), {"filename": "../{record.city}/x"}))
        assert asked_by(clerk, instance_ids=[customers[0].pk]).filename == "Turin-x.pdf"

    @override_settings(LANGUAGE_CODE="en")
    def test_what_the_template_raises_is_raised(self, customers):
        register("tests.letter")(type("Gone", (Letter,), {"template_name": "papers/nowhere.html"}))
        with pytest.raises(Exception, match="nowhere"):
            reports.render("tests.letter", instances=customers)
