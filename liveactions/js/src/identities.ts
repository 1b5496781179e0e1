/**
 * Idiomorph knows elements by their `id` only. For the time of one morph, elements that are known by something else
 * get an id made of it: components, keyed elements, controls by name, scripts by their text, and what the server did
 * not write.
 */
const MARK = "live~";
const KNOWN = "[live-id],[live-key],input[name],select[name],textarea[name],script";
const LANDMARK = "[id],[live-id],[live-key]";

export class Identities {
  /** The ids that elements had themselves. */
  #own = new Map<string, string>();
  #numbers = new Map<string, number>();
  #marked: Element[] = [];

  constructor(old: Element, next: Element, foreign: Node[]) {
    this.#markRoots(old, next);
    const olds = known(old);
    const nexts = known(next);
    const names = unambiguous(olds, nexts, broadName);
    const narrow = unambiguous(olds, nexts, narrowName);
    for (const element of [...olds, ...nexts]) {
      const broad = broadName(element);
      const name = names.has(broad) ? broad : narrowName(element);
      if (names.has(broad) || narrow.has(name)) this.#mark(element, name);
    }
    for (const node of foreign) {
      if (node.nodeType === 1 && !(node as Element).hasAttribute("id"))
        this.#mark(node as Element, `foreign ${this.#marked.length}`);
    }
  }

  /** Give every element back the id it had. */
  remove(root: Element): void {
    for (const element of [...this.#marked, root, ...root.querySelectorAll(`[id^="${MARK}"]`)]) {
      const id = element.getAttribute("id");
      if (!id?.startsWith(MARK)) continue;
      const own = this.#own.get(id);
      if (own === undefined) element.removeAttribute("id");
      else element.setAttribute("id", own);
    }
  }

  /** The two roots are the same, whatever they are called: number 0. */
  #markRoots(old: Element, next: Element): void {
    const own = next.getAttribute("id");
    for (const root of [old, next]) this.#mark(root, "root");
    if (own === null) this.#own.delete(next.getAttribute("id")!);
  }

  #mark(element: Element, name: string): void {
    let number = this.#numbers.get(name);
    if (number === undefined) this.#numbers.set(name, (number = this.#numbers.size));
    const id = MARK + number;
    const own = element.getAttribute("id");
    if (own !== null) this.#own.set(id, own);
    element.setAttribute("id", id);
    this.#marked.push(element);
  }
}

/** The elements to be marked: those that have no id of their own (a script's id does not say what it runs). */
function known(root: Element): Element[] {
  return [...root.querySelectorAll(KNOWN)].filter(
    (element) =>
      (!element.hasAttribute("id") || element.localName === "script") &&
      !element.parentElement?.closest("[live-ignore]"),
  );
}

/** The names that no two elements of one side share. */
function unambiguous(olds: Element[], nexts: Element[], nameOf: (element: Element) => string): Set<string> {
  const twice = new Set<string>();
  const all = new Set<string>();
  for (const side of [olds, nexts]) {
    const seen = new Set<string>();
    for (const element of side) {
      const name = nameOf(element);
      if (seen.has(name)) twice.add(name);
      seen.add(name);
      all.add(name);
    }
  }
  return new Set([...all].filter((name) => !twice.has(name)));
}

/** Who an element is within its component, so that it may move anywhere in it. */
function broadName(element: Element): string {
  const id = element.getAttribute("live-id");
  if (id !== null) return `component ${id}`;
  const component = element.closest(`[live-id],[id="${MARK}0"]`)?.getAttribute("live-id") ?? ""; // not beyond the root
  return `${component} ${element.localName} ${ownName(element)}`;
}

/** Who an element is beside its nearest landmark, where the broad name is not enough (keys of two loops). */
function narrowName(element: Element): string {
  const landmark = element.parentElement?.closest(LANDMARK);
  const place = ["live-key", "live-id", "id"].map((name) => landmark?.getAttribute(name)).find(Boolean) ?? "";
  return `${place} > ${broadName(element)}`;
}

function ownName(element: Element): string {
  if (element.localName === "script") return element.outerHTML;
  const key = element.getAttribute("live-key");
  if (key !== null) return `key ${key}`;
  const choice = /^(checkbox|radio)$/i.test(element.getAttribute("type") ?? "");
  return `name ${element.getAttribute("name")} ${choice ? element.getAttribute("value") : ""}`;
}
