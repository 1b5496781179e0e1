/**
 * HTML → DOM, touching only what differs: idiomorph behind one function. What the page is in the middle of survives:
 * caret, selection, scroll, drafts (drafts.ts), what widgets have done (authorship.ts), `live-ignore` and `live-keep`.
 *
 * Elements are the same when they have the same `id`, `live-id`, `live-key`, or are controls of the same name, within
 * their component; others are matched by their place. Scripts in the HTML never run.
 */
import { Idiomorph } from "idiomorph";
import type { Authorship } from "./authorship";
import { isControl, writeAttribute, type Control, type Drafts } from "./drafts";
import { Identities } from "./identities";
import { GUARDED, languageIn, parseHtml, writeGuarded } from "./trusted";

export interface Morphed {
  /** The element that stands there now; null when the HTML holds none. */
  element: Element | null;
  /** Ids of components that the HTML wants kept and that are not in the page. */
  missing: number[];
  /** Elements with a hook whose content has changed. */
  updated: Element[];
}

/** Root elements of components, by the id of each. */
export type Components = ReadonlyMap<string, Element>;

type Config = Parameters<typeof Idiomorph.morph>[2];

export class Morph {
  #authorship: Authorship;
  #drafts: Drafts;

  constructor(authorship: Authorship, drafts: Drafts) {
    this.#authorship = authorship;
    this.#drafts = drafts;
  }

  /** Make `element` what `html` says; with `inner`, its children. What stands beside its first element is put beside. */
  morph(element: Element, html: string, inner = false): Morphed {
    const place = inner ? element : element.parentNode;
    const fragment = parseHtml(html, element.ownerDocument, place ? languageIn(place) : "");
    const source = inner ? wrap(element, fragment) : fragment.firstElementChild;
    return this.#authorship.write(() => {
      if (!source) return replaceByText(element, fragment);
      const morphed = this.into(element, source, inner);
      if (!inner) addSiblings(morphed.element!, source, fragment);
      return morphed;
    });
  }

  /**
   * Make `element` what `source` is, which is used up; with `inner`, its children. `elsewhere` are components that were
   * taken out of the page, by id.
   */
  into(element: Element, source: Element, inner = false, elsewhere?: Components): Morphed {
    return this.#authorship.write(() => {
      keepIdentity(element, source);
      const kept = findKept(element, source, elsewhere);
      const focus = new Focus(element);
      const same = element.localName === source.localName && componentOf(element) === componentOf(source);
      const updated = same ? this.#morph(element, source, inner) : [];
      const result = same ? element : replace(element, source);
      const missing = placeKept(result, kept);
      focus.restore(result);
      return { element: result, missing, updated };
    });
  }

  #morph(element: Element, source: Element, inner: boolean): Element[] {
    const updated: Element[] = [];
    const identities = new Identities(element, source, this.#authorship.foreignIn(element));
    const after = new Map<Node, () => void>();
    const misplaced: [old: Element, placeholder: Element][] = [];
    let next = source;
    const config: Config = {
      restoreFocus: false,
      head: { style: "none" },
      callbacks: {
        beforeNodeMorphed: (old, node) => {
          if (old.nodeType !== 1) return true;
          next = node as Element;
          if (isPlaceholderOfAnother(old as Element, next)) misplaced.push([old as Element, next]);
          if (isUntouchable(old as Element, next)) return false;
          if (old !== element || !inner) this.#authorship.reconcile(old as Element, next);
          if ((old as Element).hasAttribute("live-hook") && !old.isEqualNode(next)) updated.push(old as Element);
          if (isChosen(old)) writeAttribute(old as Element, next, "selected");
          if (isControl(old)) after.set(old, this.#drafts.morphing(old, next as Control));
          return true;
        },
        afterNodeMorphed: (old) => after.get(old)?.(),
        beforeNodeRemoved: (old) => !this.#authorship.isForeign(old),
        beforeAttributeUpdated: (name, old) => {
          const value = GUARDED.test(name) ? next.getAttribute(name) : null;
          if (value !== null) writeGuarded(old, name, value);
          return value === null && !isState(name, old);
        },
      },
    };
    try {
      const scrolled = "moveBefore" in element ? [] : scrolledIn(element);
      Idiomorph.morph(element, source, config);
      for (const [old, placeholder] of misplaced) old.replaceWith(placeholder.cloneNode());
      for (const [inside, top, left] of scrolled) inside.scrollTo?.({ top, left, behavior: "instant" });
    } finally {
      identities.remove(element);
    }
    return updated;
  }
}

/** Attributes that idiomorph would take for the state of a control; drafts.ts sees to them. */
function isState(name: string, element: Element): boolean {
  if (name === "selected") return isChosen(element);
  return (name === "value" || name === "checked") && isControl(element);
}

/** The options of a select: their attribute is the server's word, what is chosen is the state of the select. */
function isChosen(node: Node): boolean {
  return (node as Element).localName === "option" && (node as Element).closest("select") !== null;
}

function isUntouchable(old: Element, next: Element): boolean {
  return old.hasAttribute("live-ignore") || next.hasAttribute("live-keep") || isBeingWritten(old);
}

/** Idiomorph takes an element around a component for the component. */
function isPlaceholderOfAnother(old: Element, next: Element): boolean {
  return next.hasAttribute("live-keep") && componentOf(old) !== componentOf(next);
}

const componentOf = (element: Element): string | null => element.getAttribute("live-id");

/** An editable element (`contenteditable`) that the user is in. */
function isBeingWritten(element: Element): boolean {
  return element.hasAttribute("contenteditable") && element.contains(element.ownerDocument.activeElement);
}

/** A component's root stays one, even if the HTML was written without knowing. */
function keepIdentity(element: Element, source: Element): void {
  for (const name of ["live-id", "live-token"]) {
    const value = element.getAttribute(name);
    const foreign = name === "live-token" && source.getAttribute("live-id") !== element.getAttribute("live-id");
    if (value !== null && !source.hasAttribute(name) && !foreign) source.setAttribute(name, value);
  }
}

/** For the inside of an element: the element itself, with other children. */
function wrap(element: Element, fragment: DocumentFragment): Element {
  const shell = fragment.ownerDocument.importNode(element, false);
  shell.append(...fragment.childNodes);
  fragment.append(shell);
  return shell;
}

const successors = new WeakMap<Node, Element>();

/** The node that stands where this one stood, if a morph has put another in its place. */
export function latest(node: Node): Node {
  const successor = successors.get(node);
  return successor ? latest(successor) : node;
}

function replace(element: Element, source: Element): Element {
  const copy = element.ownerDocument.importNode(source, true);
  element.replaceWith(copy);
  successors.set(element, copy);
  return copy;
}

function replaceByText(element: Element, fragment: DocumentFragment): Morphed {
  element.replaceWith(element.ownerDocument.importNode(fragment, true));
  return { element: null, missing: [], updated: [] };
}

function addSiblings(result: Element, source: Element, fragment: DocumentFragment): void {
  const nodes = [...fragment.childNodes];
  const place = nodes.indexOf(source);
  const copy = (node: Node) => result.ownerDocument.importNode(node, true);
  const filled = (node: Node) => node.nodeType === 1 || node.textContent?.trim() !== "";
  result.before(...nodes.slice(0, place).filter(filled).map(copy));
  result.after(
    ...nodes
      .slice(place + 1)
      .filter(filled)
      .map(copy),
  );
}

/**
 * The components that `source` wants left as they are, by id. A placeholder takes the tag of what it stands for, so
 * that the two can be matched.
 */
export function findKept(element: Element, source: Element, elsewhere?: Components): Map<string, Element | null> {
  const kept = new Map<string, Element | null>();
  for (const placeholder of source.querySelectorAll("[live-keep]")) {
    const id = placeholder.getAttribute("live-id") ?? "";
    const selector = `[live-id="${id}"]`;
    const inPage = element.querySelector(selector) ?? element.ownerDocument.querySelector(selector);
    const present = inPage ?? elsewhere?.get(id) ?? null;
    kept.set(id, present);
    if (present && present.localName !== placeholder.localName) renamed(placeholder, present);
  }
  return kept;
}

function renamed(placeholder: Element, present: Element): void {
  const copy = placeholder.ownerDocument.createElementNS(present.namespaceURI, present.localName);
  for (const { name, value } of placeholder.attributes) copy.setAttribute(name, value);
  placeholder.replaceWith(copy);
}

/** Put kept components where placeholders still stand; returns the ids of those that are nowhere. */
export function placeKept(result: Element, kept: Map<string, Element | null>): number[] {
  const missing: number[] = [];
  for (const [id, present] of kept) {
    const placeholder = result.querySelector(`[live-id="${id}"][live-keep]`);
    if (present && placeholder && placeholder !== present) placeholder.replaceWith(present);
    if (!present) {
      placeholder?.removeAttribute("live-keep");
      missing.push(Number(id));
    }
  }
  return missing;
}

export function scrolledIn(element: Element): [Element, number, number][] {
  return [element, ...element.querySelectorAll("*")]
    .filter((inside) => inside.scrollTop || inside.scrollLeft)
    .map((inside) => [inside, inside.scrollTop, inside.scrollLeft]);
}

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Where the user is inside `element`. The caret is moved back only if it was moved. */
export class Focus {
  #active: Element | null;
  #selection: [number | null, number | null, "forward" | "backward" | "none" | null] | null = null;

  constructor(element: Element) {
    const { activeElement } = element.ownerDocument;
    this.#active = activeElement && element.contains(activeElement) ? activeElement : null;
    const field = this.#active as Field | null;
    if (field && typeof field.selectionStart === "number") {
      this.#selection = [field.selectionStart, field.selectionEnd, field.selectionDirection];
    }
  }

  restore(element: Element): void {
    const active = this.#active;
    if (!active) return;
    const { ownerDocument } = element;
    const field = (active.isConnected ? active : this.#successor(element)) as HTMLElement | null;
    if (!field) return;
    if (ownerDocument.activeElement !== field) field.focus({ preventScroll: true });
    this.#select(field as Field);
  }

  /** The element that took the place of the active one: of the same id, or the same name. */
  #successor(element: Element): Element | null {
    const { id } = this.#active!;
    const name = this.#active!.getAttribute("name");
    const escape = (value: string) => CSS.escape(value);
    return (
      (id && element.querySelector(`#${escape(id)}`)) ||
      (name && element.querySelector(`${this.#active!.localName}[name="${escape(name)}"]`)) ||
      null
    );
  }

  #select(field: Field): void {
    if (!this.#selection || typeof field.selectionStart !== "number") return;
    const [start, end, direction] = this.#selection;
    if (field.selectionStart === start && field.selectionEnd === end) return;
    field.setSelectionRange(start, end, direction ?? "none");
  }
}
