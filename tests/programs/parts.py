"""Source text as a tree, so that a failing template can be made smaller and stays a template."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["Part"]


class Part:
    """Some source: strings that belong together, and parts between them, each of which could be left out."""

    __slots__ = ("pieces",)

    def __init__(self, *pieces: str | Part) -> None:
        self.pieces = pieces

    def __str__(self) -> str:
        return "".join(map(str, self.pieces))

    def __repr__(self) -> str:
        return f"Part({', '.join(map(repr, self.pieces))})"

    def smaller(self) -> Iterator[Part]:
        """What it could be instead, the smallest first: nothing, one of its parts alone, itself with a smaller part."""
        if not self.pieces:
            return
        yield Part()
        inner = [piece for piece in self.pieces if isinstance(piece, Part) and piece.pieces]
        if len(inner) < len(self.pieces):
            yield from inner
        for place, piece in enumerate(self.pieces):
            for other in piece.smaller() if isinstance(piece, Part) else ():
                yield Part(*self.pieces[:place], other, *self.pieces[place + 1 :])
