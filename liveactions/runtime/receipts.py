"""What a receipt says: what an atomic call has answered, and how the components stood when it was committed.

It is written by the holder of the page, in the transaction of the call, and read by the next one if that call was not
answered. How components look is not in it: a page that has been lost is sent that whole.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from liveactions.components import take_over
from liveactions.errors import CallError
from liveactions.results import Patch, Result, Switch, Whole, from_wire
from liveactions.runtime.keeping import node_name, part_of
from liveactions.runtime.ports import Ledger, Promise
from liveactions.runtime.scene import Item
from liveactions.wire import items_to_wire, load, pack

if TYPE_CHECKING:
    from liveactions.runtime.calls import Run
    from liveactions.runtime.tree import Node

__all__ = ["Claims", "Written", "adopted", "claims", "read", "written"]

logger = logging.getLogger("liveactions")

LARGEST = 256 * 1024
"""Results of more bytes are not kept: that it was done is answered again, and nothing else."""


class Written(NamedTuple):
    """A receipt."""

    items: list[Item]
    unfinished: bool
    """Whether another action was to follow, of which nothing is known."""
    parts: Mapping[int, bytes]
    """The components that may have changed, as they are kept."""
    nodes: Sequence[int]
    """All components there were."""
    next_id: int


def written(run: Run, items: Sequence[Item]) -> bytes:
    """The receipt of a call that is about to be committed. Raises ``ResultError`` for what cannot be sent."""
    page, held = run.page, [run.node, *(each.node for each in run.joined)]
    wire = items_to_wire([item for item in items if type(item[1]) not in (Whole, Patch, Switch)])
    told = pack(wire)
    if len(told) > LARGEST:
        logger.info("Results of %s bytes are not kept in a receipt.", f"{len(told):,}")
        told = pack([])
    parts = {node.id: part_of(page, node) for node in page.tree.nodes.values() if in_hand(node, held)}
    unfinished = any(type(result) is Switch for _, result in items)
    return pack([told, unfinished, parts, list(page.tree.nodes), page.tree.next_id])


def in_hand(node: Node, held: Sequence[Node]) -> bool:
    """Whether it may be another one than is kept; while a second action is in it, it is not to be looked at."""
    return any(node is each for each in held) or (not node.stored and node.watch is None)


def read(data: bytes) -> Written:
    told, unfinished, parts, nodes, next_id = load(data)
    items: list[Item] = [(scope, from_wire(word)) for scope, *word in load(told)]
    return Written(items, unfinished, parts, nodes, next_id)


def adopted(run: Run, receipt: Written) -> list[Item]:
    """Bring the components of a page to where its receipt has them: what is to be told of it."""
    for node_id, part in receipt.parts.items():
        node = run.page.tree.nodes.get(node_id)
        if node is not None:
            run.join(node)
            take_over(node.component, load(part)["state"])
    items: list[tuple[int | None, Result]] = run.settled(None)
    return items + receipt.items


# The next holder of a page ---------------------------------------------------------------------------------------


class Claims(NamedTuple):
    """What has become of the calls that had begun, by number."""

    done: Mapping[int, Written]
    again: frozenset[int]
    """Nothing of these has happened, and nothing can: they are run again when the page sends them again."""
    lost: Sequence[int]

    def fields(self, head: dict[str, Any], kept: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """The components as the receipts have them, over those that are ``kept``; ``head`` is brought up to date."""
        found = dict(kept)
        for receipt in self.done.values():
            found.update((node_name(node_id), part) for node_id, part in receipt.parts.items())
            head["nodes"], head["next"] = list(receipt.nodes), receipt.next_id
        if self.again:
            begun = min(self.again) - 1
            answered = {*range(begun + 1, head["begun"] + 1), *head["ahead"]} - self.again
            head["begun"], head["ahead"] = min(begun, head["begun"]), sorted(answered)
        return found


def claims(ledger: Ledger, page: str, fence: int, head: Mapping[str, Any]) -> Claims:
    """Look up what had begun, and keep whoever held the page before from committing it. Wants the database."""
    done: dict[int, Written] = {}
    again: set[int] = set()
    for number, database in sorted(head["atomic"].items()):
        try:
            answer = ledger.claim(database, Promise(page, number, fence))
        except CallError as error:
            logger.warning("Whether call %s of page %s was done is not known. %s", number, page, error)
            continue
        if answer is None:
            again.add(number)
        else:
            done[number] = read(answer)
    return Claims(done, frozenset(again), [each for each in head["open"] if each not in done and each not in again])
