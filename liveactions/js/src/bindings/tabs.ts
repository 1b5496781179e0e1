/** `live-tabs` on a tab list: a click selects, and so do the arrow keys, Home and End. */
import type { Observer } from "../ports";
import { selectTab, tabsOf, TABLIST } from "../tabs";

/** How far each key goes among so many tabs; 0 and -1 are the ends. */
const STEPS: Record<string, (index: number, count: number) => number> = {
  ArrowRight: (index, count) => (index + 1) % count,
  ArrowLeft: (index, count) => (index + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};
const ACROSS: Record<string, string> = { ArrowDown: "ArrowRight", ArrowUp: "ArrowLeft" };

export class Tabs implements Observer {
  #document: Document;

  constructor(document: Document) {
    this.#document = document;
  }

  start(): void {
    this.#document.addEventListener("click", this.#clicked);
    this.#document.addEventListener("keydown", this.#pressed);
  }

  stop(): void {
    this.#document.removeEventListener("click", this.#clicked);
    this.#document.removeEventListener("keydown", this.#pressed);
  }

  #clicked = (event: Event): void => {
    const tab = tabAt(event);
    if (tab) selectTab(tab);
  };

  #pressed = (event: KeyboardEvent): void => {
    const tab = tabAt(event);
    if (!tab || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = STEPS[keyOf(event.key, tab)];
    if (!step) return;
    const tabs = tabsOf(tab.closest(TABLIST)!).filter((other) => !other.matches(":disabled, [aria-disabled=true]"));
    const next = tabs[step(tabs.indexOf(tab), tabs.length)];
    if (!next) return;
    event.preventDefault();
    selectTab(next);
    next.focus();
  };
}

function tabAt({ target }: Event): HTMLElement | null {
  const tab = (target as Element).closest?.<HTMLElement>('[role="tab"]') ?? null;
  return tab?.closest(TABLIST)?.hasAttribute("live-tabs") ? tab : null;
}

/** In an upright list up and down go; where text runs from right to left, left and right change places. */
function keyOf(key: string, tab: Element): string {
  const list = tab.closest(TABLIST)!;
  if (list.getAttribute("aria-orientation") === "vertical") return ACROSS[key] ?? (key.startsWith("Arrow") ? "" : key);
  const { direction } = tab.ownerDocument.defaultView!.getComputedStyle(list);
  if (direction !== "rtl") return key;
  return { ArrowRight: "ArrowLeft", ArrowLeft: "ArrowRight" }[key] ?? key;
}
