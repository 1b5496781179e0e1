"""From a mount token to a live component: where the HTTP response left it, or mounted afresh."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from liveactions import signing
from liveactions.errors import BusUnavailable, CallError, LocalError
from liveactions.references import fetched_together, thaw
from liveactions.results import Whole
from liveactions.runtime import Node, Page, Tree
from liveactions.runtime.fitting import fitting
from liveactions.runtime.tree import Item
from liveactions.runtime.working import in_thread
from liveactions.signing import MountToken
from liveactions.store import store
from liveactions.wire import load

__all__ = ["take_up"]


logger = logging.getLogger("liveactions")


async def take_up(page: Page, text: str, base: int) -> list[Item]:
    """Make the components of a token live on ``page``, and follow their topics from where they were rendered.

    Nothing is rendered if the state still waits in the store; else the component is mounted again, and sent
    if it looks different now. Raises ``TokenError``, and whatever ``mount`` raises.
    """
    tree = page.tree
    token = signing.read(text, tree.surroundings.user)
    tree.surroundings = replace(tree.surroundings, language=token.language, timezone=token.timezone)
    snapshot = await taken(token.snapshot)
    node, items = await in_thread(page, lambda: made(page, token, snapshot, base))
    try:
        await page.following.follow_topics(snapshot["cursor"] if snapshot else None)
    except CallError:
        tree.forget(node)
        raise
    return items


async def taken(key: str) -> dict[str, Any] | None:
    """The snapshot that waits under ``key``; None if it does not, or the store is away."""
    try:
        kept = await store().take(key)
    except BusUnavailable as error:
        logger.warning("A page is mounted afresh, because its state cannot be fetched. %s", error)
        return None
    return None if kept is None else load(kept)


def made(page: Page, token: MountToken, snapshot: Mapping[str, Any] | None, base: int) -> tuple[Node, list[Item]]:
    node = None if snapshot is None else restored(page.tree, snapshot, base)
    return mounted(page, token, base) if node is None else (node, [])


def restored(tree: Tree, snapshot: Mapping[str, Any], base: int) -> Node | None:
    """The components as they were; None if their state does not fit any more (a deploy, a deleted row)."""
    try:
        with fetched_together(snapshot["rows"]):
            return tree.restore(snapshot["tree"], base)
    except LocalError as error:
        logger.warning("A page is mounted afresh, because its state cannot be restored. %s", error)
        return None


def mounted(page: Page, token: MountToken, base: int) -> tuple[Node, list[Item]]:
    tree = page.tree
    node = tree.mount(token.name, thaw(token.params), node_id=token.id + base)
    try:
        html = tree.html(node)
        return node, [] if node.digest.hex() == token.digest else fitting(page, [(node.id, Whole(html))])
    except BaseException:
        tree.forget(node)
        raise
