from __future__ import annotations

import csv
import io
import sys
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from openpyxl import load_workbook

from liveactions.contrib.records.exports import harmless, to_csv, to_xlsx, workbook, worksheet
from tests.contrib.records.shop.models import Buyer, Purchase

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.records.urls")]
PAGE = "/office/records_shop/purchase/export"


def content(response: object) -> bytes:
    return b"".join(response.streaming_content)


class TestFiles:
    def test_csv_is_what_the_list_has_found_in_its_order(self, live, ana, orders):
        response = live.browser(ana).client.get(f"{PAGE}.csv?q=abel&o=total")
        rows = list(csv.reader(io.StringIO(content(response).decode("utf-8-sig"))))
        assert rows[0] == ["Number", "Customer", "City", "Stage", "Total", "Tags", "Lines"]
        assert [row[0] for row in rows[1:]] == ["101", "104"]
        assert response["Content-Disposition"] == 'attachment; filename="purchase.csv"'

    def test_a_workbook_can_be_opened_and_has_numbers_in_it(self, live, ana, orders):
        response = live.browser(ana).client.get(f"{PAGE}.xlsx?o=total")
        sheet = load_workbook(io.BytesIO(content(response))).active
        assert sheet.title == "Orders"
        assert sheet["A1"].font.bold
        assert [cell.value for cell in sheet["E"]] == ["Total", 10, 20, 30, 40, 50, 60]

    def test_it_is_for_those_who_may_see_the_list(self, live, ana, guest, orders):
        assert live.browser(guest).client.get(f"{PAGE}.csv").status_code == 200
        guest.user_permissions.clear()
        assert live.browser(guest).client.get(f"{PAGE}.csv").status_code == 403
        assert live.browser().client.get(f"{PAGE}.csv").status_code == 302
        assert live.browser(ana).client.get(f"{PAGE}.pdf").status_code == 404

    def test_a_list_links_to_the_file_of_what_it_shows(self, order_list, ana):
        page = order_list(ana, "q=abel")
        assert page.find("a[download]:first-of-type").attributes["href"] == f"{PAGE}.csv?q=abel"

    def test_it_is_written_as_it_is_read(self, live, ana, orders, django_assert_max_num_queries):
        Purchase.objects.bulk_create(
            Purchase(number=number, customer=orders[0].customer) for number in range(1000, 2200)
        )
        client = live.browser(ana).client
        with django_assert_max_num_queries(20):
            assert content(client.get(f"{PAGE}.csv")).count(b"\n") == 1207


class TestFormulas:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
    def test_no_text_is_a_formula(self, text):
        assert harmless(text) == f"'{text}"

    def test_in_both_kinds_of_files(self, live, ana, orders):
        Buyer.objects.filter(pk=orders[0].customer_id).update(name='=HYPERLINK("http://evil")')
        client = live.browser(ana).client
        query = quote("HYPERLINK")
        assert b"'=HYPERLINK" in content(client.get(f"{PAGE}.csv?q={query}"))
        sheet = load_workbook(io.BytesIO(content(client.get(f"{PAGE}.xlsx?q={query}")))).active
        assert sheet["B2"].data_type == "s"
        assert sheet["B2"].value.startswith("'=")

    def test_a_negative_number_stays_a_number(self):
        assert "".join(to_csv([[Decimal(-5)]])).endswith("-5\r\n")


def test_moments_are_readable():
    assert "2026-02-03 10:00:00" in "".join(to_csv([[datetime(2026, 2, 3, 10, tzinfo=timezone.utc)]]))


def test_without_openpyxl_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install 'liveactions\[excel\]'"):
        to_xlsx([], "Orders")


def test_a_sheet_has_a_name_that_it_may_have():
    assert worksheet("In/Out: [all] " + "x" * 40) == "In Out   all  " + "x" * 17


def opened(download) -> list[tuple]:
    """The rows of a workbook that was handed over, by whichever way."""
    content = download.content if download.path is None else Path(download.path).read_bytes()
    return list(load_workbook(io.BytesIO(content)).active.values)


@pytest.mark.parametrize("count", [3, 60_000], ids=["small", "large"])
def test_a_workbook_of_ones_own_is_a_download_whatever_its_size(count):
    lines = (["Number", "Text"] if number == 0 else [number, f"{number * 7919:x}"] for number in range(count + 1))
    download = workbook(lines, "Numbers")
    assert (download.filename, download.path is None) == ("numbers.xlsx", count == 3)
    rows = opened(download)
    assert (rows[0], rows[-1]) == (("Number", "Text"), (count, f"{count * 7919:x}"))
