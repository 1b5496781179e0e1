"""HTML as plain text."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from liveactions.requests.markup import Reader, text_of


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hi <b>you</b></p>", "Hi **you**"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<h2>Title</h2>text", "## Title\n\ntext"),
        ('<a href="/x">look</a>', "[look](/x)"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("one<br>two &amp; three", "one\ntwo & three"),
        ("<div>a</div>\n  <div>b</div>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<style>p {}</style><script>alert(1)</script>text", "text"),
        ('<img src="x" alt="A cat">', "A cat"),
        ("a   b\n c", "a b c"),
        ("</p></ul></a>broken", "broken"),
    ],
)
def test_it_is_read(html, text):
    assert read(html) == text


def test_markdownify_does_it_where_it_is_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "markdownify", SimpleNamespace(markdownify=lambda html: f"\n{html} by it\n"))
    assert text_of("<p>x</p>") == "<p>x</p> by it"


def test_its_own_reader_does_it_otherwise(monkeypatch):
    monkeypatch.setitem(sys.modules, "markdownify", None)
    assert text_of("<p>Hi <b>you</b></p>") == "Hi **you**"
