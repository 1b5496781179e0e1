"""Templates in the notation of `sketches`, made up by hypothesis: right, odd, and cutting through tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from hypothesis import strategies as st

WORDS = ["t", " ", "\n", "x &amp; y", "a < b", "&am", "\r"]
COMMENTS = ["<!--c-->", "<!-- <b> -->", "<!---->"]


class Maker:
    """Draws parts of templates; names are never used twice, but for containers that open and close."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw
        self.names: Iterator[int] = count()

    def name(self) -> str:
        return f"n{next(self.names)}"

    def one_of(self, *makers: Callable[[int], str]) -> Callable[[int], str]:
        def chosen(depth: int) -> str:
            return self.draw(st.sampled_from(makers))(depth)

        return chosen

    def several(self, maker: Callable[[int], str], depth: int, most: int = 4) -> str:
        return "".join(maker(depth) for _ in range(self.draw(st.integers(0, most))))

    # ── among child nodes ──

    def flow(self, depth: int) -> str:
        simple = [self.word, self.leaf, self.leaf, self.unknown, self.component, self.comment, self.content]
        nested = [self.element, self.element, self.branch, self.loop, self.scope, self.table, self.select, self.svg]
        odd = [self.cut, self.loop_cut, self.scopes_cut, self.odd, self.pre]
        return self.one_of(*(simple if depth <= 0 else simple + nested + nested + odd))(depth - 1)

    def flows(self, depth: int) -> str:
        return self.several(self.flow, depth)

    def word(self, _: int) -> str:
        return self.draw(st.sampled_from(WORDS))

    def leaf(self, _: int = 0) -> str:
        return f"{{{{{self.name()}}}}}"

    def unknown(self, _: int) -> str:
        return f"{{%{self.name()}%}}"

    def component(self, _: int) -> str:
        return f"[live {self.draw(st.integers(1, 9))}]"

    def comment(self, _: int) -> str:
        return self.draw(st.sampled_from(COMMENTS))

    def content(self, depth: int) -> str:
        name = self.draw(st.sampled_from(["textarea", "script", "style", "title"]))
        inside = self.several(self.one_of(self.word, self.leaf, self.text_branch), depth, 3)
        return f"<{name}{self.attributes()}>{inside}</{name}>"

    def text_branch(self, depth: int) -> str:
        return f"[if {self.name()}:{self.word(depth)}|{self.leaf()}]"

    def element(self, depth: int) -> str:
        name = self.draw(st.sampled_from(["div", "section", "span", "b", "DIV", "x-y"]))
        return f"<{name}{self.attributes()}>{self.flows(depth)}</{name}>"

    def branch(self, depth: int) -> str:
        return f"[if {self.name()}:{'|'.join(self.flows(depth) for _ in range(self.draw(st.integers(1, 3))))}]"

    def loop(self, depth: int) -> str:
        return f"[for {self.name()}:{self.flows(depth)}]"

    def scope(self, depth: int) -> str:
        return f"[in {self.name()}:{self.flows(depth)}]"

    # ── elements that are particular about what they hold ──

    def around(self, maker: Callable[[int], str], depth: int) -> str:
        """What ``maker`` makes, or a container of it."""
        kind = self.draw(st.sampled_from(["", "", "for", "if", "in"]))
        inside = self.several(maker, depth, 2)
        return f"[{kind} {self.name()}:{inside}]" if kind else inside

    def table(self, depth: int) -> str:
        rows = self.around(self.row, depth - 1)
        head = self.draw(st.sampled_from(["", "<thead><tr><th>h</th></tr></thead>", "\n"]))
        return f"<table{self.attributes()}>{head}<tbody>\n{rows} {rows and self.around(self.row, 0)}</tbody></table>"

    def row(self, depth: int) -> str:
        return f"<tr{self.attributes()}>{self.around(self.cell, depth)}</tr>\n"

    def cell(self, depth: int) -> str:
        return f"<td{self.attributes()}>{self.flows(depth)}</td>"

    def select(self, depth: int) -> str:
        return f"<select{self.attributes()}>{self.around(self.option, depth)}</select>"

    def option(self, _: int) -> str:
        return f"<option{self.attributes()}>{self.several(self.one_of(self.word, self.leaf), 0, 2)}</option>"

    def svg(self, depth: int) -> str:
        return f"<svg{self.attributes()}>{self.around(self.shape, depth)}<title>{self.leaf()}</title></svg>"

    def shape(self, depth: int) -> str:
        return self.one_of(
            lambda _: f"<path{self.attributes()}/>",
            lambda inner: f"<g>{self.around(self.shape, inner - 1) if inner > 0 else ''}</g>",
            lambda inner: f"<foreignObject>{self.flows(inner - 1)}</foreignObject>",
        )(depth)

    # ── tags ──

    def attributes(self) -> str:
        return self.draw(st.sampled_from(["", "", " ", "\n"])) and "".join(
            " " + self.one_of(
                lambda _: 'class="c"',
                lambda _: f'title="{self.leaf()} of {self.leaf()}"',
                lambda _: f"id='{self.leaf()}'",
                lambda _: f"[if {self.name()}:checked]",
                lambda _: f'lang="a[if {self.name()}:b|{self.leaf()}]"',
                lambda _: f"x={self.leaf()}",
                lambda _: f"[for {self.name()}: y{self.leaf()}]",
                lambda _: f'@click="{self.leaf()}"',
            )(0)
            for _ in range(self.draw(st.integers(0, 2)))
        )  # fmt: skip

    # ── what cannot be slots ──

    def cut(self, depth: int) -> str:
        name = self.name()
        return f"[if {name}:<div>|<section>]{self.flows(depth)}[if {name}:</div>|</section>]"

    def loop_cut(self, depth: int) -> str:
        return f"<div>[for {self.name()}:{self.flows(depth)}</div><div>]</div>"

    def scopes_cut(self, depth: int) -> str:
        start, end = f"[in {self.name()}:{self.leaf()}<div>]", f"[in {self.name()}:{self.leaf()}</div>{self.leaf()}]"
        return start + self.flows(depth) + end

    def odd(self, depth: int) -> str:
        inside = self.flows(depth)
        return self.draw(
            st.sampled_from(
                [
                    f"<p>{inside}<div>{{{{o}}}}</div></p>",
                    f"<ul><li>{inside}<li>{{{{o}}}}</ul>",
                    f"<a>{inside}<span><a>{{{{o}}}}</a></span></a>",
                    f"<table><tr><td>{inside}</td></tr>{{{{o}}}}</table>",
                    f"<div><!-- {{{{o}}}} --></div>{inside}",
                    f"<template>{{{{o}}}}<b>1</b></template>{inside}",
                    f"<template><div>{inside}</div></template>",
                    f"<template><textarea>{{{{o}}}}</textarea></template>{inside}",
                    f"<template><div><!--{{{{o}}}}--></div></template>{inside}",
                    f"<span><div>{inside}</span>{{{{o}}}}</div>",
                    f"<b><div>{inside}</b></div>",
                    f"<h2><div>{inside}</div><h3>{{{{o}}}}</h3></h2>",
                    f"<dl><dt>{inside}<dd>{{{{o}}}}</dl>",
                    f"<select><option>{{{{o}}}}<option>b</select>{inside}",
                    f"<table><tbody>[if o:{{{{p}}}}|<div>{inside}</div>]</tbody></table>",
                    f"<ruby>{inside}<rt>{{{{o}}}}<rt>b</ruby>",
                    f"<form>{inside}<form>{{{{o}}}}</form></form>",
                    f"<p>{inside}<ul></ul>",
                    f"<section><p>{inside}</section>",
                    f"<div>{inside}</i></div>",
                    f'<p title="[if o:a|b" id="c]">{inside}</p>',
                    f"<button>{inside}<button>{{{{o}}}}</button></button>",
                    f"<svg><g>{{{{o}}}}<div>{inside}</div></g></svg>",
                ]
            )
        )

    def pre(self, depth: int) -> str:
        return f"<pre{self.attributes()}>{self.draw(st.sampled_from(['', chr(10), 'x']))}{self.flows(depth)}</pre>"


@st.composite
def templates(draw: Callable[[Any], Any]) -> str:
    """A template in the notation."""
    maker = Maker(draw)
    inside = maker.flows(draw(st.integers(1, 4)))
    return draw(st.sampled_from([f"<main{maker.attributes()}>{inside}</main>", f" \n<main>{inside}</main>\n", inside]))
