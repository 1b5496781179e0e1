/**
 * Drag and drop without script: a `draggable` element brings its `live-value-…` to the `live-drop` it is dropped on.
 */
import type { Observer } from "../ports";
import { valuesOf, type Args } from "./arguments";
import { bindingsOf } from "./names";

export class Drag implements Observer {
  #document: Document;
  /** Read when the drag begins: a patch may replace the element before it is dropped. */
  #values: Args = {};
  #listeners: Record<string, (event: Event) => void> = {
    dragstart: (event) => this.#begin(event as DragEvent),
    dragover: (event) => acceptsDrop(event.target as Element) && event.preventDefault(),
    dragend: () => (this.#values = {}),
  };

  constructor(document: Document) {
    this.#document = document;
  }

  start(): void {
    for (const [type, listener] of Object.entries(this.#listeners)) this.#document.addEventListener(type, listener);
  }

  stop(): void {
    for (const [type, listener] of Object.entries(this.#listeners)) this.#document.removeEventListener(type, listener);
  }

  /** What a drop brings; nothing for every other event. */
  valuesFor(event: Event): Args {
    return event.type === "drop" ? this.#values : {};
  }

  #begin(event: DragEvent): void {
    const element = (event.target as Element).closest?.("[draggable=true]");
    this.#values = element ? valuesOf(element) : {};
    // Some browsers begin no drag that carries no data.
    if (element && !event.dataTransfer?.types.length) event.dataTransfer?.setData("text/plain", "");
  }
}

function acceptsDrop(target: Element): boolean {
  for (let element: Element | null = target; element; element = element.parentElement) {
    if (bindingsOf(element).some(({ event }) => event === "drop")) return true;
  }
  return false;
}
