/**
 * What the page looks like while calls are under way: `live-loading…` elements, `live-disable`, `aria-busy`.
 * Everything is counted, so that two calls need two ends, and given back as it was found.
 */
import { CLASSES, classes, type Facet, type Holds, type Layer, type Release } from "../holds";
import type { Caller, Observer } from "../ports";

/** Something under way. */
export interface Task {
  component: { id: number; element: Element };
  /** The action, or the fields that are being written. */
  names: readonly string[];
  /** The name its author gave to its lane. */
  key: string | null;
  /** The element that asked, and the button that sent the form; null while fields are written, which is quiet. */
  source: Element | null;
  submitter: Element | null;
}

/** What a task holds for itself, whatever the directives say. */
interface Covered {
  busy: Map<Element, Release>;
  disabled: Map<Element, Release>;
}

const EFFECTS = ["class", "remove-class", "disable", "attr"].map((effect) => `live-loading-${effect}`);
const SUBMITS = 'button:not([type]), [type="submit"], [type="image"]';
// A value that no server writes: one that does write `disabled` is seen, and its word stands when the call has ended.
const DISABLED = "live";

export class Loading implements Observer {
  #document: Document;
  #caller: Caller;
  #holds: Holds;
  #tasks = new Map<Task, Covered>();
  #directives = new Set<Element>();
  #on = new Map<Element, Release[]>();
  #waiting = new Map<Element, ReturnType<typeof setTimeout>>();

  constructor(document: Document, caller: Caller, holds: Holds) {
    this.#document = document;
    this.#caller = caller;
    this.#holds = holds;
  }

  start(): void {}

  stop(): void {
    for (const task of [...this.#tasks.keys()]) this.#end(task);
    this.#directives.clear();
  }

  /** Take up an element that may show loading states. */
  notice(element: Element): void {
    if (!element.hasAttribute("live-loading") && !EFFECTS.some((effect) => element.hasAttribute(effect))) return;
    this.#directives.add(element);
    this.#follow(element);
  }

  /** Show that the task is under way; the returned function ends it. */
  begin(task: Task): Release {
    this.#tasks.set(task, { busy: new Map(), disabled: new Map() });
    this.#cover(task);
    this.#followAll();
    return () => this.#end(task);
  }

  /** Whether `live-disable` has put an element out of use that HTML cannot disable, such as a link. */
  isDisabled(element: Element): boolean {
    return this.#holds.has(element, "aria-disabled");
  }

  /** After somebody changed the page: cover elements that have taken the place of others. */
  enforce(): void {
    if (!this.#tasks.size && !this.#directives.size) return;
    for (const task of this.#tasks.keys()) this.#cover(task);
    this.#followAll();
  }

  #end(task: Task): void {
    const covered = this.#tasks.get(task);
    if (!covered) return;
    this.#tasks.delete(task);
    for (const held of Object.values(covered) as Covered[keyof Covered][]) held.forEach((release) => release());
    this.#followAll();
  }

  #cover(task: Task): void {
    const { busy, disabled } = this.#tasks.get(task)!;
    const { source, submitter, component } = task;
    if (!source) return;
    const trigger = this.#present(source);
    const root = this.#present(component.element, `[live-id="${component.id}"]`);
    hold([this.#document.documentElement, root, trigger], busy, (it) => this.#holds.hold(it, "aria-busy", "true"));
    hold(disabledBy(trigger, submitter && this.#present(submitter)), disabled, (it) => this.#disable(it));
  }

  /** The element, or what has taken its place in the page. */
  #present(element: Element, selector?: string): Element | null {
    if (element.isConnected) return element;
    return selector ? this.#document.querySelector(selector) : this.#document.getElementById(element.id);
  }

  #disable(element: Element): Release {
    if (!("disabled" in element)) return this.#holds.hold(element, "aria-disabled", "true");
    const focused = this.#document.activeElement === element;
    const release = this.#holds.hold(element, "disabled", DISABLED);
    return () => {
      release();
      const active = this.#document.activeElement;
      if (focused && (!active || active === this.#document.body)) (element as Element as HTMLElement).focus();
    };
  }

  #followAll(): void {
    for (const element of this.#directives) {
      if (element.isConnected) this.#follow(element);
      else {
        this.#directives.delete(element);
        this.#turnOff(element);
      }
    }
  }

  #follow(element: Element): void {
    const busy = [...this.#tasks.keys()].some((task) => this.#concerns(element, task));
    if (!busy) this.#turnOff(element);
    else if (!this.#on.has(element) && !this.#waiting.has(element)) this.#turnOnAfterDelay(element);
    if (hides(element)) element.toggleAttribute("hidden", !this.#on.has(element));
  }

  #turnOnAfterDelay(element: Element): void {
    const delay = Number(element.getAttribute("live-loading-delay"));
    if (!(delay > 0)) return this.#turnOn(element);
    const timer = setTimeout(() => {
      this.#waiting.delete(element);
      this.#turnOn(element);
      this.#follow(element);
    }, delay);
    this.#waiting.set(element, timer);
  }

  #turnOn(element: Element): void {
    const releases = effectsOf(element).map(([what, mine]) => this.#holds.hold(element, what as string, mine));
    if (element.hasAttribute("live-loading-disable")) releases.push(this.#disable(element));
    this.#on.set(element, releases);
  }

  #turnOff(element: Element): void {
    clearTimeout(this.#waiting.get(element));
    this.#waiting.delete(element);
    this.#on.get(element)?.forEach((release) => release());
    this.#on.delete(element);
  }

  #concerns(element: Element, task: Task): boolean {
    const names = wordsOf(element, "live-loading-action");
    const key = element.getAttribute("live-loading-lane");
    if (names.length && !names.some((name) => task.names.includes(name))) return false;
    // Writing a field disables nothing by surprise: only who names the field is told.
    if (!task.source && !names.length) return false;
    if (key !== null) return key === task.key;
    if (element.getAttribute("live-loading") === "page") return true;
    const component = this.#caller.componentOf(element);
    return component ? component.id === task.component.id : names.length > 0;
  }
}

function hold(
  elements: Iterable<Element | null>,
  held: Map<Element, Release>,
  how: (element: Element) => Release,
): void {
  for (const element of elements) if (element && !held.has(element)) held.set(element, how(element));
}

/** An element with `live-loading` and nothing else to show is itself what is shown. */
function hides(element: Element): boolean {
  return element.hasAttribute("live-loading") && !EFFECTS.some((effect) => element.hasAttribute(effect));
}

type Effect = readonly [what: Facet | string, mine: Layer | string];

function effectsOf(element: Element): Effect[] {
  return [
    [CLASSES, classes(wordsOf(element, "live-loading-class"), () => true)],
    [CLASSES, classes(wordsOf(element, "live-loading-remove-class"), () => false)],
    ...wordsOf(element, "live-loading-attr").map((pair): Effect => {
      const [name = "", value = ""] = pair.split("=");
      return [name, value];
    }),
  ];
}

function wordsOf(element: Element, attribute: string): string[] {
  return element.getAttribute(attribute)?.split(/\s+/).filter(Boolean) ?? [];
}

function disabledBy(trigger: Element | null, submitter: Element | null): Set<Element> {
  const disabled = new Set<Element>();
  if (trigger?.hasAttribute("live-disable")) {
    if (trigger.matches("form")) {
      for (const element of (trigger as HTMLFormElement).elements) if (element.matches(SUBMITS)) disabled.add(element);
    } else disabled.add(trigger);
  }
  if (submitter?.hasAttribute("live-disable")) disabled.add(submitter);
  return disabled;
}
