/** Which elements carry `live-…` attributes, from now on and whatever writes them into the page. */
import type { Observer } from "../ports";

export class Watch implements Observer {
  #document: Document;
  #notice: (element: Element) => void;
  #changed: () => void;
  #observer: MutationObserver;

  /** `notice` is told of each element with a `live-…` attribute, `changed` of each batch of changes to the page. */
  constructor(document: Document, notice: (element: Element) => void, changed: () => void) {
    this.#document = document;
    this.#notice = notice;
    this.#changed = changed;
    this.#observer = new document.defaultView!.MutationObserver((records) => this.#take(records));
  }

  start(): void {
    this.#visit(this.#document.documentElement);
    this.#observer.observe(this.#document, { subtree: true, childList: true, attributes: true, characterData: true });
  }

  stop(): void {
    this.#observer.disconnect();
  }

  #take(records: MutationRecord[]): void {
    for (const record of records) {
      if (record.type === "attributes") {
        if (record.attributeName!.startsWith("live-")) this.#notice(record.target as Element);
      } else {
        for (const node of record.addedNodes) if (node.nodeType === 1) this.#visit(node as Element);
      }
    }
    this.#changed();
  }

  #visit(root: Element): void {
    if (isLive(root)) this.#notice(root);
    for (const element of root.getElementsByTagName("*")) if (isLive(element)) this.#notice(element);
  }
}

function isLive(element: Element): boolean {
  for (const { name } of element.attributes) if (name.startsWith("live-")) return true;
  return false;
}
