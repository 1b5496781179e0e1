/**
 * `live-window="field"`: a scroller that holds some rows of a long list, and asks for others as it is scrolled.
 *
 * The rows stand between `live-window-before` and `live-window-after`, which are made as high as the rows that are not
 * there. Which ones are there is a signal of the component, `{first, count, total, jumps}`; others are asked for by
 * writing `{first, count}` into the field, with never more than one question under way, for the place that is in sight.
 */
import { diagnose } from "../diagnostics";
import type { Caller, Observer, Signals } from "../ports";
import type { Loading } from "./loading";

/** What scrollers need of the page. */
export interface Surroundings {
  document: Document;
  caller: Caller;
  loading: Loading;
  signals: Pick<Signals, "read">;
}

/** What the server says: which rows are there, and how often it has wanted the page to scroll to the first of them. */
interface Shown {
  first: number;
  total: number;
  jumps: number;
}

/** A row that is in the page, and where it was seen before. */
interface Anchor {
  row: Element;
  top: number;
}

/** What is known of a scroller that has left the page. */
interface Memory {
  scroll: number;
  heights: Heights;
}

/** Milliseconds without scrolling after which nobody is scrolling any more. */
const REST = 150;

export class Windows implements Observer {
  #around: Surroundings;
  #scrollers = new Map<Element, Scroller>();
  /** For the ones that take their places. */
  #memories = new Map<string, Memory>();
  #isOn = false;
  #signals = () => this.refresh();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  start(): void {
    this.#isOn = true;
    this.#around.document.defaultView!.addEventListener("live:signals", this.#signals);
  }

  stop(): void {
    this.#isOn = false;
    this.#around.document.defaultView!.removeEventListener("live:signals", this.#signals);
    for (const scroller of this.#scrollers.values()) scroller.stop();
    this.#scrollers.clear();
  }

  notice(element: Element): void {
    // Once it is known who has written the component: what is added to its elements then is not the server's.
    // Without a field, or on a dialog, the attribute means another kind of window: see words/windows.ts.
    if (element.getAttribute("live-window") && element.localName !== "dialog") queueMicrotask(() => this.#take(element as HTMLElement));
  }

  /** After somebody changed the page, or a signal. */
  refresh(): void {
    this.#forgetGone();
    for (const scroller of this.#scrollers.values()) scroller.refresh();
  }

  #take(element: HTMLElement): void {
    if (!this.#isOn || !element.isConnected || this.#scrollers.has(element)) return;
    this.#forgetGone();
    const scroller = new Scroller(element, this.#around);
    this.#scrollers.set(element, scroller);
    scroller.start(this.#memories.get(scroller.name));
    this.#memories.delete(scroller.name);
  }

  #forgetGone(): void {
    for (const [element, scroller] of this.#scrollers) {
      if (element.isConnected && element.hasAttribute("live-window")) continue;
      this.#memories.set(scroller.name, scroller.memory);
      this.#scrollers.delete(element);
      scroller.stop();
    }
  }
}

class Scroller {
  /** The same for one that takes the place of another. */
  readonly name: string;
  #element: HTMLElement;
  #around: Surroundings;
  #window: Window & typeof globalThis;
  #heights = new Heights();
  #shown: Shown | null = null;
  #body: Element | null = null;
  #rows: Element[] = [];
  /** Where each row was seen, in pixels from the beginning of what is scrolled; NaN for two that look the same. */
  #sights = new Map<string, number>();
  /** What everything was last put into its place for. */
  #arranged: unknown[] = [];
  /** How high the spacers were made. */
  #lengths: string[] = [];
  #scroll = 0;
  #width = 0;
  #frame = 0;
  /** The timer that runs while somebody is scrolling; 0 at rest. */
  #moving = 0;
  #asking = false;
  #asked = "";
  #focus: Element | null = null;
  #sizes: ResizeObserver;
  #listeners: Record<string, (event: Event) => void> = {
    scroll: () => {
      this.#scroll = this.#element.scrollTop;
      this.#move();
      this.#soon(() => this.#look());
    },
    focusin: (event) => (this.#focus = event.target as Element),
    // One that has been taken out of the page has not been left by the user.
    focusout: (event) => queueMicrotask(() => (event.target as Element).isConnected && (this.#focus = null)),
  };

  constructor(element: HTMLElement, around: Surroundings) {
    this.#element = element;
    this.#around = around;
    this.#window = around.document.defaultView!;
    this.#sizes = new this.#window.ResizeObserver(() => this.#resized());
    this.name = `${around.caller.componentOf(element)?.id} ${this.#field}`;
  }

  start(memory: Memory | undefined): void {
    this.#element.style.overflowAnchor = "none"; // there must be one who keeps it steady, not two
    if (!this.#element.hasAttribute("tabindex")) this.#element.tabIndex = 0;
    for (const [type, listener] of Object.entries(this.#listeners)) this.#element.addEventListener(type, listener);
    this.#sizes.observe(this.#element);
    if (memory) this.#heights = memory.heights;
    this.#arrange();
    if (memory) this.#scrollTo(memory.scroll);
    this.#look();
  }

  stop(): void {
    this.#window.cancelAnimationFrame(this.#frame);
    this.#window.clearTimeout(this.#moving);
    this.#sizes.disconnect();
    for (const [type, listener] of Object.entries(this.#listeners)) this.#element.removeEventListener(type, listener);
  }

  get memory(): Memory {
    return { scroll: this.#scroll, heights: this.#heights };
  }

  /** Something in the page, or a signal, is different. */
  refresh(): void {
    if (this.#arrange()) this.#look();
  }

  get #field(): string {
    return this.#element.getAttribute("live-window") ?? "";
  }

  #signal(): Shown | undefined {
    const component = this.#around.caller.componentOf(this.#element);
    return component && (this.#around.signals.read(component.element)[this.#field] as Shown | undefined);
  }

  #spacers(): [HTMLElement, HTMLElement] | undefined {
    const before = this.#element.querySelector<HTMLElement>("[live-window-before]");
    const after = this.#element.querySelector<HTMLElement>("[live-window-after]");
    if (before && after && before.parentElement === after.parentElement) return [before, after];
    const message = `live-window="${this.#field}" needs live-window-before and live-window-after around its rows.`;
    diagnose("window.spacers", message, this.#element);
    return undefined;
  }

  // Everything in its place ------------------------------------------------------------------------------------

  /** False if nothing of this list is different. */
  #arrange(): boolean {
    const shown = this.#signal();
    const spacers = shown && this.#spacers();
    if (!shown || !spacers || !this.#element.isConnected) return false;
    const rows = between(...spacers);
    const [before, after] = spacers;
    const made = [before, after, rows.length, rows[0], rows.at(-1), shown.first, shown.total, shown.jumps];
    const lost = this.#lengths.some((length, index) => spacers[index]!.style.height !== length);
    if (!lost && made.every((part, index) => part === this.#arranged[index])) return false;
    this.#arranged = made;
    const body = spacers[0].parentElement!;
    if (body !== this.#body) this.#sizes.observe((this.#body = body));
    this.#place(spacers, rows, { ...shown });
    this.#lengths = [before.style.height, after.style.height];
    // While they were not there, the list may have been too short for where it stood.
    if (lost) this.#scrollTo(this.#scroll);
    return true;
  }

  #place([before, after]: [HTMLElement, HTMLElement], rows: Element[], shown: Shown): void {
    const jumps = this.#shown !== null && shown.jumps > this.#shown.jumps;
    const anchor = jumps ? undefined : this.#anchor(rows);
    const { first, total } = (this.#shown = shown);
    this.#rows = rows;
    const rest = Math.max(total - first - rows.length, 0);
    // Where things are must not be asked while the list is too short for where it stands: it would be moved.
    setHeight(after, rest * this.#heights.mean + this.#scroll);
    setHeight(before, first * this.#heights.mean);
    if (this.#learn()) setHeight(before, first * this.#heights.mean);
    if (anchor && (first || this.#moving)) {
      // Room is made or taken above, for scrolling would break off the scrolling that is under way.
      setHeight(before, Math.max(before.offsetHeight + anchor.top - this.#topOf(anchor.row), 0));
    }
    setHeight(after, rest * this.#heights.mean);
    this.#see();
    if (jumps) this.#scrollTo(before.offsetHeight);
    else this.#keep(anchor);
    describe(this.#element, [before, after], rows, shown);
    this.#keepFocus();
  }

  /** The row at the upper edge, or the nearest that is still there. */
  #anchor(rows: Element[]): Anchor | undefined {
    let anchor: Anchor | undefined;
    for (const row of rows) {
      const top = this.#sights.get(markOf(row)) ?? NaN;
      if (Number.isNaN(top)) continue;
      if (anchor && top > this.#scroll) break;
      anchor = { row, top };
    }
    return anchor;
  }

  #see(): void {
    this.#sights.clear();
    for (const row of this.#rows) {
      const mark = markOf(row);
      this.#sights.set(mark, this.#sights.has(mark) ? NaN : this.#topOf(row));
    }
  }

  /** Scroll as far as a row has moved: for the eye it stays where it is. At the beginning one sees what is new. */
  #keep(anchor: Anchor | undefined): void {
    const shift = anchor && this.#scroll ? this.#topOf(anchor.row) - anchor.top : 0;
    if (Math.abs(shift) >= 1) this.#scrollTo(this.#scroll + shift);
  }

  /** A row that had the focus may have been scrolled away; the keyboard still means this list. */
  #keepFocus(): void {
    if (!this.#focus || this.#focus.isConnected) return;
    this.#focus = null;
    const { activeElement, body } = this.#around.document;
    if (activeElement === body || !activeElement) this.#element.focus({ preventScroll: true });
  }

  #move(): void {
    this.#window.clearTimeout(this.#moving);
    this.#moving = this.#window.setTimeout(() => {
      this.#moving = 0;
      if (!this.#shown?.first) this.#again(); // there may be too much room above the first row
    }, REST);
  }

  #learn(): boolean {
    const [, after] = this.#arranged as Element[];
    return after !== undefined && this.#heights.learn([...this.#rows, after]);
  }

  #again(): void {
    this.#arranged = [];
    this.refresh();
  }

  #resized(): void {
    const { clientWidth } = this.#element;
    if (clientWidth === this.#width && this.#heights.mean) {
      // A row has become higher, perhaps above what is in sight.
      const anchor = this.#anchor(this.#rows);
      this.#see();
      this.#keep(anchor);
      return this.#soon(() => (this.#learn() ? this.#again() : this.#look()));
    }
    if (this.#width) this.#heights.forget();
    this.#width = clientWidth;
    this.#soon(() => this.#again());
  }

  #topOf(element: Element): number {
    return element.getBoundingClientRect().top - this.#element.getBoundingClientRect().top + this.#element.scrollTop;
  }

  #scrollTo(top: number): void {
    this.#element.scrollTo({ top, behavior: "instant" });
    this.#scroll = this.#element.scrollTop;
  }

  // What is in sight -------------------------------------------------------------------------------------------

  #soon(job: () => void): void {
    this.#window.cancelAnimationFrame(this.#frame);
    this.#frame = this.#window.requestAnimationFrame(job);
  }

  /** Ask for rows, if some are missing that are in sight or nearly so. */
  #look(): void {
    const { clientHeight } = this.#element;
    if (!this.#shown || !this.#arranged.length || !this.#heights.mean || !clientHeight) return;
    if (this.#asking || !this.#element.isConnected) return;
    const { first, total } = this.#shown;
    const from = Math.floor(this.#indexAt(this.#scroll));
    const to = Math.ceil(this.#indexAt(this.#scroll + clientHeight));
    const screen = to - from;
    const clip = (index: number) => Math.round(Math.min(Math.max(index, 0), total));
    if (clip(from - screen / 2) >= first && clip(to + screen / 2) <= first + this.#rows.length) return;
    const wanted = clip(from - screen);
    void this.#ask({ first: wanted, count: Math.max(clip(to + screen) - wanted, 1) });
  }

  /** The number of the row at a height; between rows that are not there it is a guess. */
  #indexAt(height: number): number {
    const { first } = this.#shown!;
    const { mean } = this.#heights;
    const [, after] = this.#arranged as [Element, Element];
    const start = this.#topOf(this.#rows[0] ?? after);
    const end = this.#topOf(after);
    if (height < start) return first - (start - height) / mean;
    if (height >= end) return first + this.#rows.length + (height - end) / mean;
    return first + ((height - start) / (end - start)) * this.#rows.length;
  }

  async #ask(wanted: { first: number; count: number }): Promise<void> {
    const component = this.#around.caller.componentOf(this.#element);
    const question = JSON.stringify([wanted, this.#shown]);
    if (!component || question === this.#asked) return; // the answer was not what was hoped for
    this.#asked = question;
    this.#asking = true;
    const names = [this.#field];
    const end = this.#around.loading.begin({ component, names, key: null, source: null, submitter: null });
    const { ok } = await this.#around.caller.set(component.id, { [this.#field]: wanted });
    end();
    this.#asking = false;
    if (!ok) return void (this.#asked = "");
    this.refresh();
    this.#look();
  }
}

/** How high rows are: the mean of all that were ever seen. */
class Heights {
  #sum = 0;
  #count = 0;
  #known = new WeakMap<Element, number>();

  get mean(): number {
    return this.#count && this.#sum / this.#count;
  }

  /** Measure rows; the last element is the one after them. True if the mean is another now. */
  learn(elements: Element[]): boolean {
    const before = this.mean;
    const tops = elements.map((element) => element.getBoundingClientRect().top);
    for (const [index, element] of elements.slice(0, -1).entries()) {
      const height = tops[index + 1]! - tops[index]!;
      if (height <= 0) continue;
      const known = this.#known.get(element);
      this.#known.set(element, height);
      this.#sum += height - (known ?? 0);
      if (known === undefined) this.#count += 1;
    }
    return this.mean !== before;
  }

  forget(): void {
    this.#sum = this.#count = 0;
    this.#known = new WeakMap();
  }
}

const TABLE = 'table, [role="table"], [role="grid"], [role="treegrid"]';
const ITEM = 'li, article, [role="listitem"], [role="option"], [role="treeitem"], [role="article"]';

/** Say which rows these are among all, to those who cannot see the scroll bar. */
function describe(scroller: Element, spacers: Element[], rows: Element[], { first, total }: Shown): void {
  for (const spacer of spacers) put(spacer, "aria-hidden", "true");
  const found = spacers[0]!.closest(TABLE);
  const table = found && (scroller.contains(found) || found.contains(scroller)) ? found : null;
  const header = table ? table.querySelectorAll("thead tr").length : 0;
  if (table) put(table, "aria-rowcount", total + header);
  for (const [position, row] of rows.entries()) {
    const number = first + position + 1;
    if (table) put(row, "aria-rowindex", number + header);
    else if (row.matches(ITEM)) {
      put(row, "aria-setsize", total);
      put(row, "aria-posinset", number);
    }
  }
}

function put(element: Element, name: string, value: string | number): void {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

function setHeight({ style }: HTMLElement, pixels: number): void {
  const height = `${Math.round(pixels)}px`;
  if (style.height === height) return;
  // Where things are is asked at once, and must not be on its way.
  style.setProperty("transition", "none", "important");
  style.height = height;
}

function between(before: Element, after: Element): Element[] {
  const found: Element[] = [];
  for (let at = before.nextElementSibling; at && at !== after; at = at.nextElementSibling) found.push(at);
  return found;
}

function markOf(row: Element): string {
  return row.getAttribute("live-key") || row.id || row.textContent || "";
}
