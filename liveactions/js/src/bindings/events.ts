/**
 * From a DOM event to the elements that are bound to it. The listeners are on the document and the window only,
 * two for each type of event: events that bubble are taken at the end of their way, so that a page's own
 * listeners come first and may stop them; the others are caught on their way down.
 */
import type { Observer } from "../ports";
import { bindingsOf, keysFit, type Binding } from "./names";
import { Pace } from "./pace";

export interface Trigger {
  element: Element;
  binding: Binding;
  event: Event;
}

type Listen = [target: EventTarget, type: string, listener: (event: Event) => void, capture: boolean];

export class Events implements Observer {
  #document: Document;
  #run: (trigger: Trigger) => void;
  #listeners = new Map<string, Listen[]>();
  /** Elements that listen beyond themselves, by type of event. */
  #far = new Map<string, Set<Element>>();
  #once = new WeakMap<Element, Set<string>>();
  #pace = new Pace();

  constructor(document: Document, run: (trigger: Trigger) => void) {
    this.#document = document;
    this.#run = run;
  }

  start(): void {}

  stop(): void {
    for (const listeners of this.#listeners.values())
      for (const [target, type, listener, capture] of listeners) target.removeEventListener(type, listener, capture);
    this.#listeners.clear();
    this.#far.clear();
    this.#pace.stop();
  }

  /** Listen for what this element is bound to. */
  notice(element: Element): void {
    for (const { event, flags } of bindingsOf(element)) {
      this.#listen(event);
      if (flags.has("window") || flags.has("outside")) this.#farOf(event).add(element);
    }
  }

  #farOf(type: string): Set<Element> {
    let elements = this.#far.get(type);
    if (!elements) this.#far.set(type, (elements = new Set()));
    return elements;
  }

  #listen(type: string): void {
    if (this.#listeners.has(type)) return;
    const listeners: Listen[] = [
      [this.#document, type, (event) => !event.bubbles && this.#at(event.target, event), true],
      [this.#document, type, (event) => this.#bubbled(event), false],
      [this.#document.defaultView!, type, (event) => this.#distant(event, "window"), false],
    ];
    for (const [target, name, listener, capture] of listeners) target.addEventListener(name, listener, capture);
    this.#listeners.set(type, listeners);
  }

  #bubbled(event: Event): void {
    if (event.bubbles) {
      for (let node = event.target as Node | null; node; node = node.parentNode) {
        if (this.#at(node, event)) break;
      }
    }
    this.#distant(event, "outside");
  }

  /** Run what the element itself is bound to; true when it wants the event to end here. */
  #at(node: EventTarget | null, event: Event): boolean {
    if (!isElement(node)) return false;
    let ended = false;
    for (const binding of bindingsOf(node)) {
      if (binding.event !== event.type || binding.flags.has("window") || binding.flags.has("outside")) continue;
      if (binding.flags.has("self") && event.target !== node) continue;
      ended = this.#fire(node, binding, event) || ended;
    }
    return ended;
  }

  #distant(event: Event, flag: "window" | "outside"): void {
    const elements = this.#far.get(event.type);
    for (const element of elements ?? []) {
      if (!element.isConnected) {
        elements!.delete(element);
        continue;
      }
      if (flag === "outside" && element.contains(event.target as Node)) continue;
      for (const binding of bindingsOf(element)) {
        if (binding.event === event.type && binding.flags.has(flag)) this.#fire(element, binding, event);
      }
    }
  }

  #fire(element: Element, binding: Binding, event: Event): boolean {
    if (!keysFit(binding, event) || leftToBrowser(element, event) || !this.#first(element, binding)) return false;
    if (binding.flags.has("prevent") || preventedByNature(element, event)) event.preventDefault();
    if (binding.flags.has("stop")) event.stopPropagation();
    this.#pace.run(element, binding.attribute, binding.wait, () => this.#run({ element, binding, event }));
    return binding.flags.has("stop");
  }

  #first(element: Element, binding: Binding): boolean {
    if (!binding.flags.has("once")) return true;
    const done = this.#once.get(element) ?? new Set();
    this.#once.set(element, done);
    return !done.has(binding.attribute) && !!done.add(binding.attribute);
  }
}

function isElement(node: EventTarget | null): node is Element {
  return (node as Node | null)?.nodeType === 1;
}

/** A click that opens a link elsewhere is the browser's. */
function leftToBrowser(element: Element, event: Event): boolean {
  if (event.type !== "click" || !element.matches("a[href]")) return false;
  const { ctrlKey, metaKey, shiftKey } = event as MouseEvent;
  return ctrlKey || metaKey || shiftKey;
}

/** What would leave the page, or send a form of its own accord, although an action is to run instead. */
function preventedByNature(element: Element, event: Event): boolean {
  if (event.type === "submit" || event.type === "drop") return true;
  return event.type === "click" && element.matches("a[href], form button:not([type])");
}
