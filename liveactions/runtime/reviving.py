"""A page session whose process is gone goes on here: from what was kept of it to the same page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from liveactions.components import schema_of
from liveactions.errors import LiveActionsError, Refusal
from liveactions.runtime import turns
from liveactions.runtime.host import Host
from liveactions.runtime.keeper import Keeper
from liveactions.runtime.keeping import FORMAT, Calls, Lasting, frame_name, node_name
from liveactions.runtime.page import Open, Page
from liveactions.runtime.ports import Lease
from liveactions.runtime.receipts import LOST, Claims, claims
from liveactions.runtime.steps import call_of
from liveactions.runtime.surroundings import Surroundings
from liveactions.runtime.tokens import page_of, parted_digests
from liveactions.runtime.working import in_thread
from liveactions.wire import OwnStream, Taken, load

__all__ = ["Revived", "revived"]

logger = logging.getLogger("liveactions")

NOTHING = Claims({}, {}, [])
UNDONE = Refusal("call.lost", "server", "The server was lost. Nothing has happened: ask for it again.")


class Revived:
    """A page session that has come here, and what is to be told to its page once it is connected."""

    def __init__(self, page: Page, calls: Claims, *, changed: bool) -> None:
        self.page = page
        self.calls = calls
        """What has become of the calls that had begun and were not answered."""
        self.changed = changed
        """Whether a component is declared otherwise than where the page comes from."""

    def tell(self) -> None:
        """Answer what was done, go on with what is left of the rest, and end what cannot be gone on with.

        Then what the page shows may not be what it was told: all is sent whole.
        """
        page, (done, left, lost) = self.page, self.calls
        for number, receipt in done.items():
            if number in left:
                page.apply(receipt.items, number)
            else:
                page.answer(number, receipt.items, LOST if receipt.unfinished else None)
        for number in lost:
            page.answer(number, [], LOST)
        if self.calls != NOTHING or self.changed:
            page.mailbox.put(partial(turns.refresh, page))
        for number, step in left.items():
            if step.action:
                page.mailbox.put(partial(turns.answer, page, call_of(number, step)))
            elif step.action is not None:
                page.answer(number, [], UNDONE)


async def revived(host: Host, around: Surroundings, token: str, lease: Lease, keeper: Keeper) -> Revived | None:
    """The page session as it was kept, which is resumed by ``token`` from now on; None if it does not fit any more (a
    deploy, a deleted row)."""
    head = head_of(lease)
    if head is None:
        return None
    page = Page(host, replace(around, language=head["language"], timezone=head["timezone"]), page_of(token), token)
    page.good = page.proofs = parted_digests(lease.fields["token"] + lease.fields.get("before", b""))
    names = map(frame_name, range(head["first"], lease.told + 1))
    known = [*head["nodes"]]
    try:
        begun = await begun_before(page, lease, head)
        kept = begun.fields(head, lease.fields)
        page.own = OwnStream(host.limits.max_replay, [kept[name] for name in names], lease.told)
        parts = {node_id: load(kept[node_name(node_id)]) for node_id in head["nodes"]}
        page.tree.programs, page.tree.next_id = head["programs"], head["next_id"]
        changed = await in_thread(page, lambda: planted(page, parts))
    except (LiveActionsError, KeyError) as error:
        logger.warning("A page is mounted afresh, because it cannot be restored. %s", error)
        return None
    except Exception:  # what components do when they are restored may raise anything
        logger.exception("A page is mounted afresh, because it cannot be restored.")
        return None
    page.taken = Taken(head["begun"], head["ahead"])
    page.begun, page.ahead = head["begun"], set(head["ahead"])
    page.claimed = dict(begun.left)
    page.open = {number: Open.arrived(step) for number, step in begun.left.items() if step.action}
    page.following.adopt(head["topics"], head["places"])
    page.questions.elsewhere = True
    page.keep(keeper, lease.fence, new=False)
    assert page.keeping is not None
    sizes = {node_id: len(kept.get(node_name(node_id), b"")) for node_id in {*known, *parts}}
    page.keeping.adopt(head["first"], lease.told, sizes)
    page.keeping.keep(begun.parts)  # in one step with the answers that go with them
    return Revived(page, begun, changed=changed)


def head_of(lease: Lease) -> dict[str, Any] | None:
    """What is kept of the page besides its components and frames; None if that is of another format."""
    lasting = load(lease.fields["page"]) if "page" in lease.fields else [None]
    if lasting[0] != FORMAT:
        return None
    return {**Lasting(*lasting)._asdict(), **Calls(*load(lease.fields["calls"]))._asdict()}


async def begun_before(page: Page, lease: Lease, head: Mapping[str, Any]) -> Claims:
    """What has become of the calls that had begun. The database is asked only if there may be receipts."""
    if not head["atomic"]:
        return Claims({}, {}, head["open"])
    ledger = page.host.ledger
    return await page.host.runner.run(lambda: claims(ledger, page.page_id, lease.fence, head))


def planted(page: Page, parts: Mapping[int, Mapping[str, Any]]) -> bool:
    """Make the components again, then run ``restored``, outermost first. Whether one is declared otherwise now."""
    tree, changed = page.tree, False
    with page.host.rows_at_hand([part["rows"] for part in parts.values()]):
        for node_id, part in parts.items():
            node = tree.again(part, node_id, None if part["parent"] is None else tree.nodes[part["parent"]])
            node.plain, node.digest, node.stored = part["plain"], b"", True
            changed |= part["schema"] != schema_of(node.declared)
    for node in list(tree.nodes.values()):
        page.host.renderer.settle(node.component.restored())
        node.stored = False
    return changed
