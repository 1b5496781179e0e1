"""What was shown before an answer, however soon the answer came."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

__all__ = ["promised"]

WATCH = """selector => {
  const seen = (window.promised = []);
  const watcher = new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes]))
      if (node.dataset?.liveOptimistic !== undefined) seen.push(node.innerText.trim());
  });
  for (const place of document.querySelectorAll(selector)) watcher.observe(place, { childList: true });
}"""


def promised(page: Page, places: str) -> Callable[[], str | None]:
    """The text of what is shown next in these places as if it had moved there; None: nothing is."""
    page.evaluate(WATCH, places)
    return lambda: page.evaluate("promised[0] ?? null")
