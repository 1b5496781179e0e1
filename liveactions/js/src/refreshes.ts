/**
 * Refreshing components, but never while somebody is editing in them: then it is done when they have ended, once for
 * however often it was asked for.
 */
import { idOf } from "./components";
import type { Control, Drafts } from "./drafts";
import { isControl } from "./drafts";
import { dispatch } from "./events";
import { focusInto } from "./focus";
import type { Outcome } from "./ports";

/** What is loaded anew as well: nothing, everything that is loaded later, or what has these names. */
export type Delayed = boolean | readonly string[];
type Ask = (components: number[] | null, delayed: Delayed) => Promise<Outcome>;

interface Wish {
  delayed: Delayed;
  focus: boolean;
}

const EDITING = "live-editing";
/** After these, somebody may have ended. */
const ENDS = ["focusout", "live:editing", "live:call:end"];

export class Refreshes {
  #window: Window & typeof globalThis;
  #drafts: Drafts;
  #roots: () => Element[];
  #ask: Ask;
  #held = new Map<Element, Wish>();

  /** `roots` are the root components of the page; `ask` has the server do it. */
  constructor(window: Window & typeof globalThis, drafts: Drafts, roots: () => Element[], ask: Ask) {
    this.#window = window;
    this.#drafts = drafts;
    this.#roots = roots;
    this.#ask = ask;
  }

  start(): void {
    for (const type of ENDS) this.#window.addEventListener(type, this.#ended);
  }

  stop(): void {
    for (const type of ENDS) this.#window.removeEventListener(type, this.#ended);
  }

  /** Refresh one component, or all of them. */
  add(component: Element | null, delayed: Delayed, focus: boolean): void {
    const meant = component ? [component] : this.#roots();
    const busy = meant.filter((element) => this.#isEdited(element));
    for (const element of busy) this.#held.set(element, merge(this.#held.get(element), { delayed, focus }));
    const free = meant.filter((element) => !busy.includes(element));
    if (free.length) void this.#do(free, component || busy.length ? free.map(idOf) : null, { delayed, focus });
  }

  async #do(elements: Element[], ids: number[] | null, { delayed, focus }: Wish): Promise<void> {
    const { ok } = await this.#ask(ids, delayed);
    if (!ok) return;
    const { document } = this.#window;
    const present = elements.map((element) =>
      element.isConnected ? element : document.querySelector(`[live-id="${idOf(element)}"]`),
    );
    if (delayed) for (const element of present) dispatch(element, "live:load", { names: delayed });
    if (focus && present[0]) focusInto(present[0]);
  }

  /** Once whatever ends it is over: the focus may only go to the next field. */
  #ended = (): void => {
    if (this.#held.size) this.#window.setTimeout(() => this.#retry());
  };

  #retry(): void {
    for (const [element, wish] of [...this.#held]) {
      if (element.isConnected && this.#isEdited(element)) continue;
      this.#held.delete(element);
      if (element.isConnected) this.add(element, wish.delayed, wish.focus);
    }
  }

  #isEdited(element: Element): boolean {
    if (element.closest(`[${EDITING}]`)) return true;
    const { activeElement } = this.#window.document;
    if (!activeElement || !element.contains(activeElement)) return false;
    return isControl(activeElement) && this.#drafts.holds(activeElement as Control);
  }
}

function merge(before: Wish | undefined, now: Wish): Wish {
  const lists = [before?.delayed ?? false, now.delayed];
  const named = lists.flatMap((delayed) => (typeof delayed === "boolean" ? [] : delayed));
  const delayed = lists.includes(true) || (named.length ? [...new Set(named)] : false);
  return { delayed, focus: now.focus || (before?.focus ?? false) };
}
