"""HTML as plain text: for mail programs that show no HTML, and for terminals."""

from __future__ import annotations

import re
from html.parser import HTMLParser

__all__ = ["Reader", "text_of"]

MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
LISTS = frozenset({"ul", "ol"})
BREAKS = {
    **dict.fromkeys(("p", "table", "blockquote", "pre", "dl", *HEADINGS), 2),
    **dict.fromkeys(("div", "tr", "section", "article", "header", "footer", "li", "dt", "dd"), 1),
}
"""How many line breaks stand round an element."""
UNSEEN = frozenset({"script", "style", "head", "template"})
CELLS = frozenset({"td", "th"})


class Reader(HTMLParser):
    """Reads markup and writes text, with the few marks that people know from mails."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.breaks = 0
        """How many line breaks come before whatever is written next."""
        self.links: list[str] = []
        self.lists: list[int | None] = []
        """Of each list that is open, how many items it has had; None for one without numbers."""
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.part(tag)
        if tag in UNSEEN:
            self.unseen += 1
        elif tag in LISTS:
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.write(self.bullet())
        elif tag == "br":
            self.breaks += 1
        elif tag == "a":
            self.links.append(dict(attrs).get("href") or "")
            self.write("[")
        elif tag == "img":
            self.write(dict(attrs).get("alt") or "")
        else:
            self.write(HEADINGS.get(tag) or MARKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(self.unseen - 1, 0)
        elif tag in LISTS and self.lists:
            self.lists.pop()
        elif tag in CELLS:
            self.write(" ")
        elif tag == "a" and self.links:
            self.write(f"]({self.links.pop()})")
        else:
            self.write(MARKS.get(tag, ""))
        self.part(tag)

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        if self.breaks or not self.written or self.written[-1].endswith((" ", "\n")):
            text = text.lstrip()
        self.write(text)

    def part(self, tag: str) -> None:
        """Begin a new line, or paragraph, with what comes next."""
        breaks = (1 if self.lists else 2) if tag in LISTS else BREAKS.get(tag, 0)
        self.breaks = max(self.breaks, breaks)

    def write(self, text: str) -> None:
        if not text or self.unseen:
            return
        if self.written:
            self.written.append("\n" * self.breaks)
        self.breaks = 0
        self.written.append(text)

    def bullet(self) -> str:
        indent = "  " * (len(self.lists) - 1)
        number = self.lists[-1] if self.lists else None
        if number is None:
            return indent + "- "
        self.lists[-1] = number + 1
        return f"{indent}{number + 1}. "

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in "".join(self.written).split("\n")).strip()


def text_of(html: str) -> str:
    """The text of some HTML. ``markdownify`` makes it where it is installed."""
    try:
        from markdownify import markdownify
    except ImportError:
        reader = Reader()
        reader.feed(html)
        reader.close()
        return reader.text()
    return str(markdownify(html)).strip()
