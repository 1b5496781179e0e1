/** Tab lists as the ARIA practices have them: one tab is selected, one can be reached with the Tab key, one panel shows. */
import { emit } from "./events";

export const TABLIST = '[role="tablist"]';
const TAB = '[role="tab"]';

/** The tabs of a list, without those of lists inside its panels. */
export function tabsOf(list: Element): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(TAB)].filter((tab) => tab.closest(TABLIST) === list);
}

/** The tab with this number (from 0), or the name in its `live-tab`. */
export function tabNamed(list: Element, name: number | string): HTMLElement | undefined {
  const tabs = tabsOf(list);
  return typeof name === "number" ? tabs.at(name) : tabs.find((tab) => tab.getAttribute("live-tab") === name);
}

/** Select a tab and show its panel. It is the page's doing, not the server's word: patches leave it as it is. */
export function selectTab(tab: HTMLElement): void {
  const list = tab.closest(TABLIST)!;
  for (const other of tabsOf(list)) {
    const isSelected = other === tab;
    other.setAttribute("aria-selected", String(isSelected));
    other.tabIndex = isSelected ? 0 : -1;
    const panel = tab.ownerDocument.getElementById(other.getAttribute("aria-controls") ?? "");
    panel?.toggleAttribute("hidden", !isSelected);
  }
  emit(tab, "live:tab", { tab: tab.getAttribute("live-tab") ?? tabsOf(list).indexOf(tab) });
}
