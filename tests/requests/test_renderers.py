"""What documents are made of, as HTML and as text."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils.safestring import SafeString, mark_safe

from liveactions.requests import HtmlRenderer, TestRenderer, TextRenderer
from liveactions.requests.tables import Column, Table

html, text = HtmlRenderer(), TextRenderer()
TABLE = Table([Column("a", "A <a>"), Column("n", "N")], [["<b>", 1], [mark_safe("<i>x</i>"), 2]], [None, 3])


class TestHtml:
    @pytest.mark.parametrize(
        ("made", "expected"),
        [
            (html.heading("A & B", 2), "<h2>A &amp; B</h2>"),
            (html.heading("deep", 9), "<h6>deep</h6>"),
            (html.paragraph("a < b"), "<p>a &lt; b</p>"),
            (html.paragraph(mark_safe("<hr>")), "<hr>"),
            (html.bullets(["<a>", mark_safe("<b>x</b>")]), "<ul><li>&lt;a&gt;</li><li><b>x</b></li></ul>"),
            (html.pairs([("A<", None), ("B", "<")]), "<dl><dt>A&lt;</dt><dd></dd><dt>B</dt><dd>&lt;</dd></dl>"),
            (html.join(["<a>", mark_safe("<b>")]), "&lt;a&gt;\n<b>"),
        ],
    )
    def test_everything_is_escaped_that_is_not_marked_safe(self, made, expected):
        assert made == expected
        assert isinstance(made, SafeString)

    def test_a_table_has_head_body_and_sums(self):
        assert html.table(TABLE) == (
            '<table><thead><tr><th>A &lt;a&gt;</th><th class="number">N</th></tr></thead><tbody>'
            '<tr><td>&lt;b&gt;</td><td class="number">1</td></tr><tr><td><i>x</i></td><td class="number">2</td></tr>'
            '</tbody><tfoot><tr><td></td><td class="number">3</td></tr></tfoot></table>'
        )

    def test_rows_in_cells_may_be_links(self):
        row = SimpleNamespace(pk=1)
        table = Table([Column("a", "A")], [[row]])
        assert "<td>=1=</td>" in html.table(table, linker=lambda row: f"={row.pk}=")


class TestText:
    @pytest.mark.parametrize(
        ("made", "expected"),
        [
            (text.heading("Title", 1), "Title\n====="),
            (text.heading("Title", 2), "Title\n-----"),
            (text.paragraph("a < b"), "a < b"),
            (text.paragraph(mark_safe("<p>a <b>b</b></p>")), "a **b**"),
            (text.bullets(["a", 1]), "- a\n- 1"),
            (text.pairs([("Name", "Bo"), ("Id", 7), ("Gone", None)]), "Name  Bo\nId    7\nGone"),
            (text.join(["a", "b"]), "a\n\nb"),
        ],
    )
    def test_it_reads_well(self, made, expected):
        assert made == expected

    def test_it_is_printed(self, capsys):
        assert text.deliver("hello") is None
        assert capsys.readouterr().out == "hello\n"

    def test_for_a_test_it_is_returned(self):
        assert TestRenderer().deliver("hello") == "hello"
