/**
 * Writing changes into a component that is bound. What is equal is not touched, and so neither is what the user is in
 * the middle of; what somebody else did to the page is respected as authorship.ts and drafts.ts tell.
 */
import type { Authorship } from "../authorship";
import { isControl, type Control, type Drafts } from "../drafts";
import { findKept, Focus, placeKept, type Morph } from "../morph";
import { GUARDED, languageIn, parseHtml, writeGuarded } from "../trusted";
import { nodesOf, stands, take, type Instance, type Thing } from "./bind";
import { isAlike } from "./likeness";
import { LOOP, Misfit, TAG, type Block } from "./program";
import { arrange, inOrder } from "./rows";
import { attributesIn, contentOf, textOf, valueOf } from "./sources";

/** What writing needs of the page. */
export interface Tools {
  root: ParentNode;
  authorship: Authorship;
  drafts: Drafts;
  morph: Morph;
}

/** What was done, for those who have to know. */
export interface Written {
  /** Elements that are new, or about which signals have something to say as well. */
  readonly shown: Set<Element>;
  /** Elements with a hook in which something was written. */
  readonly updated: Set<Element>;
  /** Ids of components that are wanted kept and are not in the page. */
  readonly missing: number[];
  /** Whether something was left as it is, because the user is writing in it. */
  readonly isOwing: boolean;
}

/** Write `changes` into `instance`, which is bound to `root`. Raises `Misfit`; some are written then. */
export function apply(tools: Tools, root: Element, instance: Instance, changes: unknown[]): Written {
  return tools.authorship.write(() => new Writer(tools, root).run(instance, changes));
}

/** The editable element that the user is in, if it is in `root`. */
export function editedIn(root: Element): Element | null {
  const { activeElement } = root.ownerDocument;
  if (!root.contains(activeElement)) return null;
  let edited: Element | null = null;
  for (let around = activeElement; around !== root.parentElement; around = around!.parentElement)
    if (around!.hasAttribute("contenteditable")) edited = around;
  return edited;
}

type Values = unknown[];
type Write = (instance: Instance, slot: number, change: any) => void;

/** Attributes of the root element that are not of its template. */
const MARKS = /^live-(id|token|program|shape|signals)$/;
const SIGNALLED = "[live-text],[live-show],[live-class],[live-attr],[live-signals]";

/** One patch. */
class Writer implements Written {
  readonly shown = new Set<Element>();
  readonly updated = new Set<Element>();
  readonly missing: number[] = [];
  isOwing = false;
  #tools: Tools;
  #root: Element;
  #document: Document;
  #edited: Element | null;
  #settling = new Map<Control, () => void>();
  /** What goes when all is written, unless it arrives elsewhere: a component that changes its place stays the same. */
  #leaving = new Set<Node>();
  #arrived = new Set<Node>();
  /** The components in HTML that was written over, by id: other HTML may want them. */
  #stood = new Map<string, Element>();
  /** How deep in blocks that are not in the page yet: there is nobody in them to be considered. */
  #making = 0;

  constructor(tools: Tools, root: Element) {
    this.#tools = tools;
    this.#root = root;
    this.#document = root.ownerDocument;
    this.#edited = editedIn(root);
  }

  run(instance: Instance, changes: unknown[]): Written {
    const focus = new Focus(this.#root);
    // What the server was told of and now says nothing new about stands as it said before.
    for (const control of this.#tools.drafts.toldIn(this.#root))
      if (control.closest("[live-id]") === this.#root) this.#touch(control);
    try {
      this.#change(instance, changes);
    } finally {
      for (const node of this.#leaving) node.parentNode?.removeChild(node);
      for (const settle of this.#settling.values()) settle();
      focus.restore(this.#root);
    }
    return this;
  }

  // Blocks ------------------------------------------------------------------------------------------------------

  #change(instance: Instance, changes: unknown[]): void {
    if (changes[0] === -1) return this.#fill(instance, changes[1] as Values);
    for (let index = 0; index < changes.length; index += 2)
      this.#write(instance, changes[index] as number, changes[index + 1]);
  }

  /** Write every slot. */
  #fill(instance: Instance, values: Values): void {
    instance.block.slots.forEach(({ kind }, slot) => {
      const value = values[slot];
      this.#write(instance, slot, kind === LOOP ? layoutOf(instance.inner[slot], value as Values[]) : value);
    });
  }

  #write(instance: Instance, slot: number, change: unknown): void {
    const kind = instance.block.slots[slot]?.kind;
    if (kind === undefined) throw new Misfit(`There is no slot ${slot}.`);
    if (this.#making || this.#mayWrite(instance.at[slot], kind)) this.#writes[kind]!(instance, slot, change);
  }

  /** A new copy of a block, not in the page yet. */
  #make(block: Block, values: Values): Instance {
    // Custom elements in it come alive when it is put into the page: until then, everything is where it was parsed.
    const copy = block.content.cloneNode(true) as DocumentFragment;
    const at = block.paths.map((path) => path.reduce((node: Node, index) => node.childNodes[index]!, copy));
    const instance: Instance = { block, nodes: [...copy.childNodes], at, inner: {} };
    this.#making += 1;
    this.#fill(instance, values);
    this.#making -= 1;
    return instance;
  }

  /** Whether the page takes what is to be written at `place`. */
  #mayWrite(place: Node | undefined, kind: number): boolean {
    if (!place) return false;
    if (!place.isConnected && (kind || !this.#tools.authorship.restore(place)))
      throw new Misfit(`${place.nodeName} has left the page.`);
    const element = (place.nodeType === 1 ? place : place.parentNode) as Element;
    const ignored = element.closest("[live-ignore]");
    if (ignored && this.#root.contains(ignored)) return false;
    if (this.#edited?.contains(element)) return !(this.isOwing = true);
    this.#touch(element.closest("select") ?? element);
    this.#tell(element, kind);
    return true;
  }

  /** The state of a control is brought in order when all is written. */
  #touch(element: Element): void {
    if (isControl(element) && !this.#settling.has(element))
      this.#settling.set(element, this.#tools.drafts.changing(element));
  }

  #tell(element: Element, kind: number): void {
    if (kind <= TAG && element.matches(SIGNALLED)) this.shown.add(element);
    let hook = element.closest("[live-hook]");
    while (hook && this.#root.contains(hook) && !this.updated.has(hook)) {
      this.updated.add(hook);
      hook = hook.parentElement?.closest("[live-hook]") ?? null;
    }
  }

  // Slots -------------------------------------------------------------------------------------------------------

  /** One for each kind. */
  #writes: readonly Write[] = [
    (instance, slot, source: string) => this.#text(instance, slot, source),
    (instance, slot, source: string) => this.#attribute(instance, slot, source),
    ({ at }, slot, source: string) => this.#tag(at[slot] as Element, source),
    ({ at, block }, slot, source: string) => this.#content(at[slot] as Element, block.slots[slot]!.marked, source),
    (instance, slot, change: Values | null) => this.#branch(instance, slot, change),
    (instance, slot, change: Values) => this.#loop(instance, slot, change),
    (instance, slot, [id, html]: [number, string | null]) =>
      this.#html(instance, slot, html ?? `<i live-id="${id}" live-keep></i>`),
  ];

  #text(instance: Instance, slot: number, source: string): void {
    const text = instance.at[slot] as Text;
    const isHtml = source.includes("<");
    setData(text, isHtml ? "" : textOf(source, this.#document));
    if (isHtml) this.#html(instance, slot, source);
    else if (instance.inner[slot]) this.#place(instance, slot, []);
  }

  #attribute({ at, block }: Instance, slot: number, source: string): void {
    const element = at[slot] as Element;
    const attribute = block.slots[slot]!.attribute!.cloneNode() as Attr;
    attribute.value = valueOf(source, element, this.#document);
    this.#put(element, attribute.name, attribute);
  }

  #tag(element: Element, source: string): void {
    const attributes = attributesIn(source, element, this.#document);
    const gone = this.#tools.authorship.namesIn(element);
    for (const { name } of attributes) gone.delete(name);
    for (const name of gone) if (!MARKS.test(name) || !element.hasAttribute("live-id")) this.#put(element, name, null);
    for (const attribute of attributes) this.#put(element, attribute.name, attribute.cloneNode() as Attr);
  }

  /** What the server says of one attribute. */
  #put(element: Element, name: string, attribute: Attr | null): void {
    const value = this.#tools.authorship.agree(element, name, attribute && attribute.value);
    if (value === element.getAttribute(name)) return;
    if (value === null) element.removeAttribute(name);
    else if (GUARDED.test(name)) writeGuarded(element, name, value);
    else if (attribute) element.setAttributeNode(Object.assign(attribute, { value }));
    else element.setAttribute(name, value);
    if (name === "muted") (element as HTMLMediaElement).muted = value !== null;
  }

  #content(element: Element, isRaw: boolean, source: string): void {
    const data = contentOf(source, element, isRaw, this.#document);
    const [text, more] = element.childNodes;
    if (text?.nodeType === 3 && !more) setData(text as Text, data);
    else element.replaceChildren(data);
  }

  #branch(instance: Instance, slot: number, change: Values | null): void {
    const present = instance.inner[slot]?.[0] as Instance | undefined;
    const [alternative, values] = (change ?? []) as [number?, Values?];
    if (alternative === -1) return this.#change(standing(present), values!);
    const block = alternative === undefined ? undefined : standing(instance.block.slots[slot]!.blocks[alternative]);
    if (present?.block !== block) this.#place(instance, slot, block ? [this.#make(block, values!)] : []);
    else if (present) this.#fill(present, values!);
  }

  #loop(instance: Instance, slot: number, [layout, ...changes]: Values): void {
    const block = standing(instance.block.slots[slot]!.blocks[0]);
    const old = (instance.inner[slot] ?? []) as Instance[];
    const rows = layout ? this.#laidOut(block, old, layout as Values) : old;
    if (layout) this.#place(instance, slot, rows);
    for (let index = 0; index < changes.length; index += 2)
      this.#change(standing(rows[changes[index] as number]), changes[index + 1] as unknown[]);
  }

  #laidOut(block: Block, old: Instance[], layout: Values): Instance[] {
    const rows: Instance[] = [];
    for (let index = 0; index < layout.length; index += 2) {
      const [start, what] = layout.slice(index, index + 2) as [number, number | Values[]];
      if (typeof what !== "number") for (const values of what) rows.push(this.#make(block, values));
      else for (let row = start; row < start + what; row += 1) rows.push(standing(old[row]));
    }
    return rows;
  }

  // What stands before the text of a slot -----------------------------------------------------------------------

  #place(instance: Instance, slot: number, things: Thing[]): void {
    const places = new Map((instance.inner[slot] ?? []).map((thing, place) => [thing, place]));
    const pieces = things.map((thing) => ({ nodes: nodesOf(thing), was: places.get(thing) ?? -1 }));
    for (const thing of things) places.delete(thing);
    for (const node of [...places.keys()].flatMap(nodesOf)) if (!this.#arrived.has(node)) this.#leaving.add(node);
    for (const node of pieces.flatMap(({ nodes, was }) => (was < 0 ? nodes : []))) {
      this.#leaving.delete(node);
      if (isElement(node) && !this.#making) this.shown.add(node);
    }
    if (this.#making) inOrder(pieces, instance.at[slot]!);
    else arrange(pieces, instance.at[slot]!);
    instance.inner[slot] = things;
  }

  /** HTML where HTML or a component stood: what is the same is morphed. */
  #html(instance: Instance, slot: number, html: string): void {
    const parent = instance.at[slot]!.parentNode!;
    const language = parent.nodeType === 1 ? languageIn(parent) : instance.block.language;
    const fragment = parseHtml(html, this.#document, language);
    const olds = (instance.inner[slot] ?? []).flatMap(nodesOf).filter((node) => node.isConnected);
    for (const component of olds.filter(isElement).flatMap(componentsIn))
      this.#stood.set(component.getAttribute("live-id")!, component);
    const alone = fragment.childElementCount === 1 && olds.filter(isElement).length === 1;
    const nodes = [...fragment.childNodes].map((next) => {
      const present = this.#present(next);
      if (present) this.#arrive(present, instance, slot);
      const old = present ?? olds.find((node) => isAlike(node, next, alone));
      if (!old) return this.#adopted(next);
      if (olds.includes(old)) olds.splice(olds.indexOf(old), 1);
      return this.#succeeded(old, next);
    });
    this.#place(instance, slot, nodes);
    for (const node of nodes) if (isElement(node) && node.hasAttribute("live-id")) stands(node, instance, slot);
    for (const kept of this.#kept.splice(0)) this.missing.push(...placeKept(...kept));
  }

  /** A component that is in the page comes to this slot. */
  #arrive(component: Element, instance: Instance, slot: number): void {
    take(component, instance, slot);
    this.#arrived.add(component);
  }

  /** The component that a node stands for, wherever it is in the page. */
  #present(next: Node): Element | null {
    const id = isElement(next) ? next.getAttribute("live-id") : null;
    return id === null ? null : this.#tools.root.querySelector(`[live-id="${id}"]`) ?? this.#stood.get(id) ?? null;
  }

  #succeeded(old: Node, next: Node): Node {
    if (!isElement(next)) return setData(old as Text, (next as Text).data);
    if (next.hasAttribute("live-keep")) return old;
    const { element, missing, updated } = this.#tools.morph.into(old as Element, next, false, this.#stood);
    this.missing.push(...missing);
    for (const hook of updated) this.updated.add(hook);
    return element!;
  }

  #kept: Parameters<typeof placeKept>[] = [];

  /** A copy of new HTML for the page. */
  #adopted(next: Node): Node {
    const copy = this.#document.importNode(next, true);
    if (!isElement(copy)) return copy;
    if (copy.hasAttribute("live-keep")) {
      copy.removeAttribute("live-keep");
      this.missing.push(Number(copy.getAttribute("live-id")));
    }
    this.#kept.push([copy, findKept(this.#root, copy, this.#stood)]);
    return copy;
  }
}

/** All values of a loop as a change of its present rows: those are written into, others added or taken away. */
function layoutOf(present: Thing[] = [], rows: Values[]): Values {
  const kept = Math.min(present.length, rows.length);
  const written = rows.slice(0, kept).flatMap((values, row) => [row, [-1, values]]);
  return [[0, kept, -1, rows.slice(kept)], ...written];
}

function setData<Data extends CharacterData>(node: Data, data: string): Data {
  if (node.data !== data) node.data = data;
  return node;
}

function standing<T>(thing: T | undefined): T {
  if (!thing) throw new Misfit("A row or branch to be changed is not in the page.");
  return thing;
}

const componentsIn = (element: Element): Element[] => [...element.querySelectorAll("[live-id]")];

const isElement = (node: Node): node is Element => node.nodeType === 1;
