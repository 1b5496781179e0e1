"""From a mount token to a live component: where the HTTP response left it, or mounted afresh."""

from __future__ import annotations

from dataclasses import replace

from liveactions import signing
from liveactions.references import thaw
from liveactions.results import Patch, Result
from liveactions.runtime import Page, Tree
from liveactions.runtime.calls import in_thread
from liveactions.signing import MountToken
from liveactions.store import store
from liveactions.wire import unpack

__all__ = ["take_up"]

Item = tuple[int | None, Result]

SNAPSHOT_SIZE = 64 * 1024 * 1024


async def take_up(page: Page, text: str, base: int) -> list[Item]:
    """Make the components of a token live on ``page``, and follow their topics from where they were rendered.

    Nothing is rendered if the state still waits in the store; else the component is mounted again, and sent
    if it looks different now. Raises ``TokenError``, and whatever ``mount`` raises.
    """
    tree = page.tree
    token = signing.read(text, tree.surroundings.user)
    tree.surroundings = replace(tree.surroundings, language=token.language, timezone=token.timezone)
    kept = await store().take(token.snapshot)
    if kept is None:
        items = await in_thread(page, lambda: mounted(tree, token, base))
        await page.follow_topics()
        return items
    snapshot = unpack(kept, SNAPSHOT_SIZE)
    await in_thread(page, lambda: tree.restore(snapshot["tree"], base))
    await page.follow_topics(snapshot["cursor"])
    return []


def mounted(tree: Tree, token: MountToken, base: int) -> list[Item]:
    node = tree.mount(token.name, thaw(token.params), node_id=token.id + base)
    html = tree.html(node)
    return [] if node.digest.hex() == token.digest else [(node.id, Patch(html))]


