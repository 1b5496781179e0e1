/**
 * Who wrote what into the components: the server, or somebody on the page (a widget, Alpine, an extension, the user who
 * opens a `<details>`). Only what differs from the server's word is kept, so it costs nothing per element.
 */
type Deviations = Map<string, string | null>;

export class Authorship {
  #observer: MutationObserver;
  /** For attributes that somebody else has changed: what the server had written. */
  #served = new WeakMap<Element, Deviations>();
  #foreign = new Set<Node>();
  /** Nodes of the server that somebody has taken out, perhaps to put them elsewhere (drag and drop). */
  #moved = new WeakSet<Node>();

  constructor(window: Window & typeof globalThis) {
    this.#observer = new window.MutationObserver((records) => this.#read(records));
  }

  /** Watch a component that the server has written. */
  watch(root: Element): void {
    this.#observer.observe(root, { attributes: true, attributeOldValue: true, childList: true, subtree: true });
  }

  stop(): void {
    this.#observer.disconnect();
  }

  /** Run `change`: what it does to the page is the server's word. */
  write<T>(change: () => T): T {
    this.#read(this.#observer.takeRecords());
    try {
      return change();
    } finally {
      this.#observer.takeRecords();
    }
  }

  isForeign(node: Node): boolean {
    return this.#foreign.has(node);
  }

  /** The elements and texts inside `root` that the server did not write. */
  foreignIn(root: Element): Node[] {
    for (const node of this.#foreign) if (!node.isConnected) this.#foreign.delete(node);
    return [...this.#foreign].filter((node) => root.contains(node));
  }

  /**
   * Make `source` (new HTML) agree with what somebody else did to the attributes of `element`, wherever the server has
   * not changed its word since. Classes are merged one by one.
   */
  reconcile(element: Element, source: Element): void {
    const served = this.#served.get(element);
    for (const [name, before] of served ?? []) {
      const after = source.getAttribute(name);
      const now = element.getAttribute(name);
      if (name === "class") {
        put(source, name, mergeClasses(before, now, after));
        served!.set(name, after);
      } else if (before === after) put(source, name, now);
      else served!.delete(name);
    }
  }

  #read(records: MutationRecord[]): void {
    for (const record of records) {
      if (record.type === "attributes")
        this.#deviates(record.target as Element, record.attributeName!, record.oldValue);
      for (const node of record.removedNodes) if (!this.#foreign.has(node)) this.#moved.add(node);
      for (const node of record.addedNodes) if (!this.#moved.has(node)) this.#foreign.add(node);
    }
  }

  #deviates(element: Element, name: string, before: string | null): void {
    let served = this.#served.get(element);
    if (!served) this.#served.set(element, (served = new Map()));
    if (!served.has(name)) served.set(name, before);
  }
}

function put(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** What the server wants now, without what was taken away from its classes, with what was added to them. */
function mergeClasses(before: string | null, now: string | null, after: string | null): string | null {
  const [served, present, wanted] = [before, now, after].map((value) => value?.split(/\s+/).filter(Boolean) ?? []);
  const classes = new Set([
    ...wanted!.filter((name) => present!.includes(name) || !served!.includes(name)),
    ...present!.filter((name) => !served!.includes(name)),
  ]);
  return classes.size || after !== null ? [...classes].join(" ") : null;
}
