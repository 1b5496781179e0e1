"""Templates in a small notation, what they render to, and their values: the test double of Django and of the compiler.

``{{a}}`` a variable · ``{%a%}`` a tag nobody knows · ``[live a]`` a component · ``[if a:…|…]`` a branch ·
``[for a:…]`` a loop · ``[in a:…]`` a scope. A payload is the name.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

from liveactions.rendering.blocks import Block, Kind
from liveactions.rendering.pieces import Branch, Embed, Leaf, Loop, Piece, Pieces, Scope, Text

SIGNS = re.compile(r"(\{\{\w*\}\}|\{%\w*%\}|\[(?:if|for|in) \w*:|\[live \w*\]|\||\])")


def sketch(source: str) -> Pieces:
    """The pieces that the notation stands for."""
    tokens = [token for token in SIGNS.split(source) if token]
    (pieces,) = contents(tokens, inside=False)
    assert not tokens
    return pieces


def contents(tokens: list[str], *, inside: bool) -> tuple[Pieces, ...]:
    alternatives: list[list[Piece]] = [[]]
    while tokens:
        token = tokens.pop(0)
        if token == "]" and inside:
            break
        if token == "|" and inside:
            alternatives.append([])
        else:
            alternatives[-1].append(piece(token, tokens))
    return tuple(map(tuple, alternatives))


def piece(token: str, tokens: list[str]) -> Piece:
    if token.startswith("{{"):
        return Leaf(token[2:-2])
    if token.startswith("{%"):
        return Leaf(token[2:-2], text=False)
    if token.startswith("[live"):
        return Embed(token[6:-1])
    if token.startswith("[if"):
        return Branch(token[4:-1], contents(tokens, inside=True))
    if token.startswith("[for"):
        return Loop(token[5:-1], contents(tokens, inside=True)[0])
    if token.startswith("[in"):
        return Scope(token[4:-1], contents(tokens, inside=True)[0])
    return Text(token)


def written(pieces: Pieces) -> str:
    """The notation of some pieces."""
    return "".join(map(noted, pieces))


def noted(piece: Piece) -> str:
    match piece:
        case Text(text):
            return text
        case Leaf(name, text):
            return f"{{{{{name}}}}}" if text else f"{{%{name}%}}"
        case Embed(name):
            return f"[live {name}]"
        case Branch(name, alternatives):
            return f"[if {name}:{'|'.join(map(written, alternatives))}]"
        case Loop(name, body):
            return f"[for {name}:{written(body)}]"
        case Scope(name, inside):
            return f"[in {name}:{written(inside)}]"
    raise AssertionError(piece)


TEXTS = ["", "", "a", "b &amp; c", " ", "long &lt;and&gt; quoted &quot;text&quot;"]
MARKUP = [*TEXTS, "<i>1</i>", "x<i>2</i>y<!--z-->"]


class World:
    """What the names of a sketch stand for, out of a seed. ``given`` says it for some."""

    def __init__(self, seed: int = 0, **given: Any) -> None:
        self.seed = seed
        self.given = given

    def of(self, name: str, path: tuple[int, ...], choices: list[Any]) -> Any:
        """The value of ``name`` in the row that ``path`` leads to."""
        return self.given.get(name, Random(f"{self.seed} {name} {path}").choice(choices))

    def text(self, leaf: Leaf, path: tuple[int, ...]) -> str:
        return self.of(leaf.payload, path, TEXTS if leaf.text else MARKUP)

    def alternative(self, branch: Branch | Any, count: int, path: tuple[int, ...]) -> int | None:
        return self.of(branch, path, [None, *range(count)])

    def rows(self, loop: Any, path: tuple[int, ...]) -> list[tuple[int, ...]]:
        return [(*path, number) for number in range(self.of(loop, path, [0, 1, 2, 3]))]

    # ── as Django does ──

    def render(self, pieces: Pieces, path: tuple[int, ...] = ()) -> str:
        return "".join(self.rendered(piece, path) for piece in pieces)

    def rendered(self, piece: Piece, path: tuple[int, ...]) -> str:
        match piece:
            case Text(text):
                return text
            case Leaf():
                return self.text(piece, path)
            case Embed(name):
                return self.component(name)
            case Scope(_, inside):
                return self.render(inside, path)
            case Branch(name, alternatives):
                chosen = self.alternative(name, len(alternatives), path)
                return "" if chosen is None else self.render(alternatives[chosen], path)
            case Loop(name, body):
                return "".join(self.render(body, row) for row in self.rows(name, path))
        raise AssertionError(piece)

    def component(self, name: Any) -> str:
        return f"<live-part>{name}</live-part>"

    # ── as the compiler's evaluators do ──

    def values(self, block: Block, path: tuple[int, ...] = ()) -> list[Any]:
        return [self.value(slot, path) for slot in block.slots]

    def value(self, slot: Any, path: tuple[int, ...]) -> Any:
        if slot.kind is Kind.BRANCH:
            chosen = self.alternative(slot.source, len(slot.blocks), path)
            return None if chosen is None else [chosen, self.values(slot.blocks[chosen], path)]
        if slot.kind is Kind.LOOP:
            return [self.values(slot.blocks[0], row) for row in self.rows(slot.source, path)]
        if slot.kind is Kind.COMPONENT:
            return int(slot.source)
        return self.render(slot.source, path)
