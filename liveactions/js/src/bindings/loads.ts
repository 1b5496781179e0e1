/**
 * `live-load="action"`: what is slow to make is asked for when its element enters the page, and again when a `Refresh`
 * names it.
 */
import type { Caller, Observer } from "../ports";
import type { Trigger } from "./events";
import { bindingOf } from "./names";

const LOAD = "live-load";
const BINDING = { ...bindingOf("live-on-load")!, attribute: LOAD };

export class Loads implements Observer {
  #document: Document;
  #caller: Caller;
  #run: (trigger: Trigger) => void;
  #asked = new WeakSet<Element>();
  #mounted = new WeakSet<Element>();

  constructor(document: Document, caller: Caller, run: (trigger: Trigger) => void) {
    this.#document = document;
    this.#caller = caller;
    this.#run = run;
  }

  start(): void {
    this.#document.addEventListener("live:load", this.#wanted);
    this.#document.addEventListener("live:mounted", this.#came);
  }

  stop(): void {
    this.#document.removeEventListener("live:load", this.#wanted);
    this.#document.removeEventListener("live:mounted", this.#came);
  }

  notice(element: Element): void {
    if (!element.hasAttribute(LOAD) || this.#asked.has(element)) return;
    this.#asked.add(element);
    // After the component around it has been mounted, which is done in this same turn.
    queueMicrotask(() => this.#load(element));
  }

  #load(element: Element): void {
    const { CustomEvent } = this.#document.defaultView!;
    if (element.isConnected) this.#run({ element, binding: BINDING, event: new CustomEvent("load") });
  }

  /** A component looks at its data again: those that it names, or all that are its own. */
  #wanted = (event: Event): void => {
    const { names } = (event as CustomEvent<{ names: true | readonly string[] }>).detail;
    for (const element of (event.target as Element).querySelectorAll(`[${LOAD}]`)) {
      const isMeant = this.#caller.componentOf(element)?.element === event.target;
      if (names === true ? isMeant : names.includes(nameOf(element))) this.#load(element);
    }
  };

  /** The server has lost what it had been asked for, if this was mounted before. */
  #came = ({ target }: Event): void => {
    const root = target as Element;
    if (this.#mounted.has(root)) for (const element of root.querySelectorAll(`[${LOAD}]`)) this.#load(element);
    this.#mounted.add(root);
  };
}

function nameOf(element: Element): string {
  return element.getAttribute("live-load-name") ?? (element.id || element.getAttribute(LOAD)!);
}
