"""What a receipt says: what an atomic call has answered, and how the components stood when it was committed.

It is written by the holder of the page, in the transaction of the call, and read by the next one if that call was not
answered. How components look is not in it: a page that has been lost is sent that whole.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from liveactions.components import take_over
from liveactions.errors import CallError, Refusal
from liveactions.results import Error, Patch, Result, Switch, Whole, from_wire
from liveactions.runtime.keeping import node_name, part_of
from liveactions.runtime.ports import Ledger, Promise
from liveactions.runtime.scene import Item
from liveactions.runtime.steps import AT_WORKER, Step, next_of
from liveactions.wire import items_to_wire, load, pack

if TYPE_CHECKING:
    from liveactions.runtime.node import Node
    from liveactions.runtime.runs import Run

__all__ = ["LOST", "Claims", "Written", "adopted", "claims", "kept_results", "promised", "read", "written"]

logger = logging.getLogger("liveactions")

LOST = Refusal("call.lost", "server", "The server was lost before it answered; whether this was done is not known.")

LARGEST = 256 * 1024
"""Results of more bytes are not kept: that it was done is answered again, and nothing else."""


class Written(NamedTuple):
    """A receipt."""

    items: list[Item]
    unfinished: bool
    """Whether another action was to follow …"""
    next: Step | None
    """… and which one, if it has a receipt of its own; of any other nothing is known."""
    parts: Mapping[int, bytes]
    """The components that may have changed, as they are kept."""
    nodes: Sequence[int]
    """All components there were."""
    next_id: int


def promised(run: Run, database: str) -> Promise | None:
    """What there is to be a receipt of: a step of a kept page's call of which the vault knows."""
    page, number = run.page, run.number or 0
    opened = page.open.get(number)
    step = None if opened is None else opened.step
    if page.keeping is None or opened is None or step is None or step[:2] != (database, opened.committed):
        return None
    known = page.claimed.get(number)
    claimed = known is not None and known[:2] == step[:2]
    return Promise(page.page_id, number, page.keeping.fence, claimed, step.place)


def kept_results(packed: bytes) -> bytes:
    """Results as they are kept in a receipt: all of them, or none."""
    if len(packed) <= LARGEST:
        return packed
    logger.info("Results of %s bytes are not kept in a receipt.", f"{len(packed):,}")
    return pack([])


def written(run: Run, items: Sequence[Item]) -> bytes:
    """The receipt of a call that is about to be committed. Raises ``ResultError`` for what cannot be sent."""
    page, held = run.page, [run.node, *(each.node for each in run.joined)]
    wire = items_to_wire([item for item in items if type(item[1]) not in (Whole, Patch, Switch)])
    told = kept_results(pack(wire))
    parts = {node.id: part_of(page, node) for node in page.tree.nodes.values() if in_hand(node, held)}
    unfinished = any(type(result) is Switch for _, result in items)
    following = next_of(page, page.open[run.number or 0].committed + 1, items) if unfinished else None
    return pack([told, unfinished, following, parts, list(page.tree.nodes), page.tree.next_id])


def in_hand(node: Node, held: Sequence[Node]) -> bool:
    """Whether it may be another one than is kept; while a second action is in it, it is not to be looked at."""
    return any(node is each for each in held) or (not node.stored and node.watch is None)


def read(data: bytes) -> Written:
    told, unfinished, following, parts, nodes, next_id = load(data)
    items: list[Item] = [(scope, from_wire(word)) for scope, *word in load(told)]
    return Written(items, unfinished, following and Step(*following), parts, nodes, next_id)


def adopted(run: Run, answer: bytes) -> list[Item]:
    """Bring the components of a page to where a receipt has them: what is to be told of it."""
    receipt = read(answer)
    for node_id, part in receipt.parts.items():
        node = run.page.tree.nodes.get(node_id)
        if node is not None and not node.shared:
            run.join(node)
            take_over(node.component, load(part)["state"])
    items: list[tuple[int | None, Result]] = run.settled(None)
    return items + receipt.items + follows(run, receipt)


def follows(run: Run, receipt: Written) -> list[Item]:
    """What is said at the end of an action that handed over: go on, or that nobody knows."""
    if not receipt.unfinished:
        return []
    if receipt.next is None or not receipt.next.action:
        return [(run.node.id, Error(LOST.message))]
    component, name, args, _ = receipt.next.action
    return [(component, Switch(name, args))]


# The next holder of a page ---------------------------------------------------------------------------------------


class Claims(NamedTuple):
    """What has become of the calls that had begun, by number."""

    done: Mapping[int, Written]
    """The last receipt of each that has one."""
    left: Mapping[int, Step]
    """What of them has not happened, and nobody else can do any more."""
    lost: Sequence[int]

    @property
    def again(self) -> set[int]:
        """These the page sends once more: they begin anew."""
        return {number for number, step in self.left.items() if step.action is None}

    @property
    def parts(self) -> dict[int, bytes]:
        """The components as the receipts have them."""
        return {node_id: part for receipt in self.done.values() for node_id, part in receipt.parts.items()}

    def fields(self, head: dict[str, Any], kept: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """The components as the receipts have them, over those that are ``kept``; ``head`` is brought up to date."""
        found = {**kept, **{node_name(node_id): part for node_id, part in self.parts.items()}}
        for receipt in self.done.values():
            head["nodes"], head["next_id"] = list(receipt.nodes), receipt.next_id
        if again := self.again:
            begun = min(again) - 1
            answered = {*range(begun + 1, head["begun"] + 1), *head["ahead"]} - again
            head["begun"], head["ahead"] = min(begun, head["begun"]), sorted(answered)
        return found


def claims(ledger: Ledger, page: str, fence: int, head: Mapping[str, Any]) -> Claims:
    """Look up what had begun, and keep whoever held the page before from committing it. Wants the database."""
    done: dict[int, Written] = {}
    left: dict[int, Step] = {}
    for number, begun in sorted(head["atomic"].items()):
        try:
            receipt, step = arrived_at(ledger, Promise(page, number, fence), Step(*begun))
        except CallError as error:
            logger.warning("Whether call %s of page %s was done is not known. %s", number, page, error)
            continue
        if receipt is not None:
            done[number] = receipt
        if step is not None:
            left[number] = step
    return Claims(done, left, [each for each in head["open"] if each not in done and each not in left])


def arrived_at(ledger: Ledger, promise: Promise, begun: Step) -> tuple[Written | None, Step | None]:
    """The last receipt of a call that was at this step, and the step that is left of it. Raises ``CallError``."""
    receipt: Written | None = None
    step: Step | None = begun
    while step is not None and step.database != AT_WORKER:
        answer = ledger.claim(step.database, promise._replace(step=step.place))
        if answer is None:
            break
        receipt = read(answer)
        step = receipt.next
    return receipt, step
