/**
 * `live-window="field"`: a scroller that holds some rows of a long list, and asks for others as it is scrolled.
 *
 * The rows stand between `live-window-before` and `live-window-after`, which are made as high as the rows that are not
 * there. Which ones are there is a signal of the component, `{first, count, total, jumps}`; other ones are asked for by
 * writing `{first, count}` into the field. There is never more than one question under way, and it is for the last place.
 */
import { diagnose } from "../diagnostics";
import type { Caller, Observer, Signals } from "../ports";
import type { Loading } from "./loading";

interface Shown {
  first: number;
  count: number;
  total: number;
  jumps: number;
}

/** A row as it was seen last. */
interface Seen {
  /** Pixels from the beginning of what is scrolled. */
  top: number;
  index: number;
  /** What tells whether the element still stands for the same row. */
  mark: string;
}

interface Place {
  scroll: number;
  heights: Heights;
}

interface Parts {
  document: Document;
  caller: Caller;
  loading: Loading;
  signals: Pick<Signals, "read">;
}

const TABLE = 'table, [role="table"], [role="grid"], [role="treegrid"]';
const ITEM = 'li, article, [role="listitem"], [role="option"], [role="treeitem"], [role="article"]';

export class Windows implements Observer {
  #parts: Parts;
  #scrollers = new Map<Element, Scroller>();
  /** Where scrollers were that have left the page: one that takes the place of another goes on there. */
  #places = new Map<string, Place>();
  #refresh = () => this.refresh();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#parts.document.defaultView!.addEventListener("live:signals", this.#refresh);
  }

  stop(): void {
    this.#parts.document.defaultView!.removeEventListener("live:signals", this.#refresh);
    for (const scroller of this.#scrollers.values()) scroller.stop();
    this.#scrollers.clear();
  }

  notice(element: Element): void {
    if (!element.hasAttribute("live-window") || this.#scrollers.has(element)) return;
    const scroller = new Scroller(element as HTMLElement, this.#parts);
    this.#scrollers.set(element, scroller);
    scroller.start(this.#places.get(scroller.name));
  }

  /** After somebody changed the page, or a signal. */
  refresh(): void {
    for (const [element, scroller] of this.#scrollers) {
      if (element.isConnected && element.hasAttribute("live-window")) {
        scroller.refresh();
        continue;
      }
      this.#places.set(scroller.name, scroller.place);
      scroller.stop();
      this.#scrollers.delete(element);
    }
  }
}

class Scroller {
  readonly name: string;
  #element: HTMLElement;
  #parts: Parts;
  #window: Window & typeof globalThis;
  #heights = new Heights();
  #seen = new Map<Element, Seen>();
  #shown: Shown | null = null;
  /** What the last layout was made of: nothing has to be done again as long as it is the same. */
  #laid: unknown[] = [];
  #scroll = 0;
  #frame = 0;
  #asking = false;
  #asked = "";
  #focus: Element | null = null;
  #sizes: ResizeObserver | undefined;
  #listeners: Record<string, (event: Event) => void> = {
    scroll: () => this.#scrolled(),
    focusin: (event) => (this.#focus = event.target as Element),
    focusout: (event) => queueMicrotask(() => (event.target as Element).isConnected && (this.#focus = null)),
  };

  constructor(element: HTMLElement, parts: Parts) {
    this.#element = element;
    this.#parts = parts;
    this.#window = parts.document.defaultView!;
    this.name = `${parts.caller.componentOf(element)?.id} ${this.#field}`;
  }

  start(place: Place | undefined): void {
    const { style } = this.#element;
    style.overflowAnchor = "none"; // two who keep things steady would not
    if (!this.#element.hasAttribute("tabindex")) this.#element.tabIndex = 0;
    for (const [type, listener] of Object.entries(this.#listeners)) this.#element.addEventListener(type, listener);
    this.#sizes = this.#window.ResizeObserver && new this.#window.ResizeObserver(() => this.#resized());
    this.#sizes?.observe(this.#element);
    if (place) this.#heights = place.heights;
    this.refresh();
    if (place) this.#element.scrollTop = place.scroll;
    this.#look();
  }

  stop(): void {
    this.#window.cancelAnimationFrame(this.#frame);
    this.#sizes?.disconnect();
    for (const [type, listener] of Object.entries(this.#listeners)) this.#element.removeEventListener(type, listener);
  }

  get place(): Place {
    return { scroll: this.#scroll, heights: this.#heights };
  }

  /** Something may be different: bring everything into its place, unless nothing of the list is. */
  refresh(): void {
    const spacers = this.#spacers();
    const shown = this.#signal();
    if (!spacers || !shown) return;
    const rows = rowsBetween(...spacers);
    const made = [...spacers, rows.length, rows[0], rows.at(-1), shown.first, shown.total, shown.jumps];
    if (made.every((part, index) => part === this.#laid[index])) return;
    if (spacers[0].parentElement !== (this.#laid[0] as Element | undefined)?.parentElement) {
      this.#sizes?.observe(spacers[0].parentElement!);
    }
    this.#laid = made;
    this.#arrange(spacers, rows, shown);
    this.#look();
  }

  get #field(): string {
    return this.#element.getAttribute("live-window") ?? "";
  }

  #signal(): Shown | null {
    const component = this.#parts.caller.componentOf(this.#element);
    const value = component && this.#parts.signals.read(component.element)[this.#field];
    return (value as Shown | undefined) ?? null;
  }

  #spacers(): [HTMLElement, HTMLElement] | null {
    const before = this.#element.querySelector<HTMLElement>("[live-window-before]");
    const after = this.#element.querySelector<HTMLElement>("[live-window-after]");
    if (before && after && before.parentElement === after.parentElement) return [before, after];
    diagnose(
      "window.spacers",
      `live-window="${this.#field}" needs live-window-before and live-window-after, around its rows.`,
      this.#element,
    );
    return null;
  }

  // Where everything is -----------------------------------------------------------------------------------------

  #arrange(spacers: [HTMLElement, HTMLElement], rows: Element[], shown: Shown): void {
    const [before, after] = spacers;
    const jump = this.#shown !== null && shown.jumps > this.#shown.jumps;
    const anchor = jump ? undefined : this.#anchor(rows, shown);
    const scroll = this.#scroll;
    this.#shown = shown;
    // At first with what is known of heights: nothing is asked for its place before the list is as long as it was.
    this.#space(before, after, rows.length);
    const tops = [...rows, after].map((element) => this.#top(element));
    this.#heights.learn(rows, tops);
    this.#space(before, after, rows.length);
    const shift = this.#top(before) + before.offsetHeight - (tops[0] ?? 0);
    rows.forEach((row, position) => {
      const index = shown.first + position;
      this.#seen.set(row, { top: tops[position]! + shift, index, mark: markOf(row) });
    });
    for (const row of this.#seen.keys()) if (!row.isConnected) this.#seen.delete(row);
    if (jump) this.#scrollTo(before.offsetHeight);
    else if (anchor) this.#scrollTo(scroll + this.#seen.get(anchor.row)!.top - anchor.top);
    this.#describe(spacers, rows, shown);
    this.#keepFocus();
  }
}
