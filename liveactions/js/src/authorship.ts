/**
 * Who wrote what into the components: the server, or somebody on the page (a widget, Alpine, an extension, the user who
 * opens a `<details>`). Only what differs from the server's word is kept, so it costs nothing per element.
 */
import { Holds } from "./holds";

type Word = string | null;
type Deviations = Map<string, Word>;

export class Authorship {
  /** What is shown for a while over what the server has written. */
  readonly holds: Holds = new Holds((change) => this.#aside(change));
  #observer: MutationObserver;
  /** For attributes that somebody else has changed: what the server had written. */
  #served = new WeakMap<Element, Deviations>();
  #foreign = new Set<Node>();
  /** Nodes of the server that somebody has taken out, perhaps to put them elsewhere (drag and drop), and how. */
  #taken = new WeakMap<Node, MutationRecord>();
  #writing = false;

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

  /** Run `change`: what it does to the page is the server's word, and lies beneath what is held. */
  write<T>(change: () => T): T {
    return this.#aside(() => this.holds.beneath(change));
  }

  /** Run `change`: what it does to the page is not taken for anybody's. */
  #aside<T>(change: () => T): T {
    if (this.#writing) return change();
    this.#read(this.#observer.takeRecords());
    this.#writing = true;
    try {
      return change();
    } finally {
      this.#writing = false;
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

  /** Make `source` (new HTML) agree with what somebody else did to the attributes of `element`. */
  reconcile(element: Element, source: Element): void {
    for (const name of [...(this.#served.get(element)?.keys() ?? [])]) {
      put(source, name, this.agree(element, name, source.getAttribute(name)));
    }
  }

  /**
   * What an attribute is to be of which the server says `after`: what somebody else made of it, until the server
   * changes its word. Classes and styles are merged one by one.
   */
  agree(element: Element, name: string, after: Word): Word {
    const served = this.#served.get(element);
    const before = served?.get(name);
    if (before === undefined) return after;
    const now = element.getAttribute(name);
    const list = LISTS[name];
    if (list) {
      served!.set(name, after);
      return merge(list, before, now, after);
    }
    if (before === after) return now;
    served!.delete(name);
    return after;
  }

  /** The attributes that the server gave an element, whether or not they are still there. */
  namesIn(element: Element): Set<string> {
    const names = new Set(element.getAttributeNames());
    for (const [name, before] of this.#served.get(element) ?? []) names[before === null ? "delete" : "add"](name);
    return names;
  }

  /** Put a text of the server back that somebody has replaced by another. False where its place is gone. */
  restore(text: Node): boolean {
    const { target, removedNodes, nextSibling } = this.#taken.get(text) ?? {};
    if (!target?.isConnected || removedNodes!.length > 1) return false;
    for (const child of [...target.childNodes]) if (child.nodeType === 3 && this.isForeign(child)) child.remove();
    target.insertBefore(text, nextSibling?.parentNode === target ? nextSibling : null);
    return true;
  }

  #read(records: MutationRecord[]): void {
    for (const record of records) {
      if (record.type === "attributes")
        this.#deviates(record.target as Element, record.attributeName!, record.oldValue);
      for (const node of record.removedNodes) if (!this.#foreign.has(node)) this.#taken.set(node, record);
      for (const node of record.addedNodes) if (!this.#taken.has(node)) this.#foreign.add(node);
    }
  }

  #deviates(element: Element, name: string, before: string | null): void {
    let served = this.#served.get(element);
    if (!served) this.#served.set(element, (served = new Map()));
    if (!served.has(name)) served.set(name, before);
  }
}

function put(element: Element, name: string, value: Word): void {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** Attributes that are lists: what stands between their parts, and each part by its name. */
type List = readonly [joint: string, between: RegExp, part: (text: string) => readonly [name: string, part: string]];
const LISTS: Readonly<Record<string, List>> = {
  class: [" ", /\s+/, (token) => [token, token]],
  style: ["; ", /;(?![^(]*\))/, (text) => [text.split(":", 1)[0]!.trim(), text.replace(/\s*:\s*/, ": ").trim()]],
};

/** What the server wants now, part by part: one that somebody changed stays changed, unless the server changes it too. */
function merge([joint, between, part]: List, ...words: [before: Word, now: Word, after: Word]): Word {
  const [before, now, after] = words.map(
    (word) =>
      new Map(
        word
          ?.split(between)
          .filter((text) => text.trim())
          .map(part),
      ),
  );
  const parts = [...new Set([...after!.keys(), ...now!.keys()])]
    .map((name) => (before!.get(name) === after!.get(name) ? now! : after!).get(name))
    .filter((text) => text !== undefined);
  return parts.length || words[2] !== null ? parts.join(joint) : null;
}
