/**
 * Finding the slots of a component in HTML that is in the page: its program's skeleton and the page are walked side by
 * side. What the two do not have in common is a `Misfit`; what the server did not write is stepped over.
 */
import { latest } from "../morph";
import { BRANCH, COMPONENT, LOOP, Misfit, RUN, type Block, type Program, type Spot } from "./program";

/** A block in the page. */
export interface Instance {
  block: Block;
  /** The nodes at its top; where a slot is, the text that ends it. */
  nodes: Node[];
  /** For each slot, the text or element it is written into. Missing for what stands in something ignored. */
  at: Node[];
  /** For some slots, what stands before their text: the nodes of HTML, a component, rows, the present alternative. */
  inner: Record<number, Thing[]>;
}

export type Thing = Node | Instance;

/** All nodes of something, in order. */
export function nodesOf(thing: Thing): Node[] {
  if (!("block" in thing)) return [latest(thing)];
  const { block, nodes, inner } = thing;
  return nodes.flatMap((node, index) => [...(inner[block.spots[index]!.slot] ?? []).flatMap(nodesOf), latest(node)]);
}

/** In which slot a component stands. */
const places = new WeakMap<Node, readonly [instance: Instance, slot: number]>();

export function stands(component: Node, instance: Instance, slot: number): void {
  places.set(component, [instance, slot]);
}

/** A component is to stand in this slot: it is not among the nodes of another one any more. */
export function take(component: Node, instance: Instance, slot: number): void {
  const [from, before] = places.get(component) ?? [];
  if (from && !(from === instance && before === slot))
    from.inner[before!] = from.inner[before!]!.filter((thing) => thing !== component);
}

type IsForeign = (node: Node) => boolean;

/** Bind `root`, the element of a component. Raises `Misfit`. */
export function bind({ block, wrapped }: Program, root: Element, isForeign: IsForeign): Instance {
  const instance = outline(block, numbersIn(root.getAttribute("live-shape") ?? ""));
  const cursor = wrapped ? new Cursor(root, root.firstChild, isForeign) : new Cursor(root.parentNode!, root, isForeign);
  match(instance, block.spots, cursor, instance.nodes);
  if (wrapped) cursor.end();
  return instance;
}

// The shape ---------------------------------------------------------------------------------------------------

function numbersIn(shape: string): () => number {
  const numbers = shape.match(/\.\w+\.|\w/g) ?? [];
  let place = 0;
  return () => {
    const number = parseInt(numbers[place++]?.replaceAll(".", "") ?? "", 36);
    if (isNaN(number)) throw new Misfit("live-shape is too short.");
    return number;
  };
}

/** The instance of a block and those in it, without their nodes. */
function outline(block: Block, next: () => number): Instance {
  const instance: Instance = { block, nodes: [], at: [], inner: {} };
  block.slots.forEach(({ kind, blocks }, slot) => {
    if (kind !== BRANCH && kind !== LOOP) return;
    const number = next();
    const [count, inside] = kind === LOOP ? [number, blocks[0]] : [number && 1, blocks[number - 1]];
    instance.inner[slot] = Array.from({ length: count }, () => outline(inside!, next));
  });
  return instance;
}

// The walk ----------------------------------------------------------------------------------------------------

/** A place among the children of an element. */
class Cursor {
  #parent: Node;
  #at: Node | null;
  #isForeign: IsForeign;

  constructor(parent: Node, at: Node | null, isForeign: IsForeign) {
    this.#parent = parent;
    this.#at = at;
    this.#isForeign = isForeign;
  }

  /** The next node of the server's. */
  get next(): Node | null {
    let next = this.#at;
    while (next && this.#isForeign(next)) next = next.nextSibling;
    return next;
  }

  /** Step over the next node, which has to be like `wanted`. */
  take(wanted: Node): Node {
    const { next } = this;
    if (next?.nodeName !== wanted.nodeName) this.misfit(wanted.nodeName);
    this.#at = next.nextSibling;
    return next;
  }

  /** Step over static text, parting it from what follows. */
  text(wanted: Text): Text {
    const text = this.take(wanted) as Text;
    if (!text.data.startsWith(wanted.data)) this.misfit(wanted.data.trim());
    if (text.length > wanted.length) this.#at = text.splitText(wanted.length);
    return text;
  }

  /** Step over all text that is here: the server's, or for want of that what somebody has put in its place. */
  run(): Text {
    const { next } = this;
    const text = isText(next) ? next : isText(this.#at) ? this.#at : this.anchor();
    // Of a very long text a browser makes several.
    for (let more = text.nextSibling; isText(more) && !this.#isForeign(more); more = text.nextSibling) {
      text.data += more.data;
      more.remove();
    }
    this.#at = text.nextSibling;
    return text;
  }

  /** Take a mark of the server's out of the page, if it stands here. */
  mark(data: string): boolean {
    const { next } = this;
    if (next?.nodeType !== 8 || (next as Comment).data !== data) return false;
    this.#at = next.nextSibling;
    (next as Comment).remove();
    return true;
  }

  /** An empty text, put here. */
  anchor(): Text {
    return this.#parent.insertBefore(this.#parent.ownerDocument!.createTextNode(""), this.next);
  }

  inside(element: Node): Cursor {
    return new Cursor(element, element.firstChild, this.#isForeign);
  }

  end(): void {
    if (this.next) this.misfit("the end");
  }

  misfit(wanted: string): never {
    throw new Misfit(`${this.next?.nodeName ?? "The end"} of ${this.#parent.nodeName} stands where ${wanted} should.`);
  }
}

/** Bind what `spots` say to the nodes at the cursor; those go into `nodes` as well. */
function match(instance: Instance, spots: Spot[], cursor: Cursor, nodes: Node[] = []): void {
  for (const spot of spots) {
    const { node, slot, inside } = spot;
    if (slot >= 0) nodes.push((instance.at[slot] = find(instance, slot, cursor)));
    else if (node.nodeType === 3) nodes.push(cursor.text(node as Text));
    else if (cursor.next?.nodeName === node.nodeName || !isShadow(node)) {
      const present = cursor.take(node);
      for (const number of spot.tag) instance.at[number] = present;
      nodes.push(present);
      if (!inside || (present as Element).hasAttribute("live-ignore")) continue;
      const within = cursor.inside(present);
      match(instance, inside, within);
      within.end();
    }
  }
}

/** A page's parser has made a shadow root of it. */
const isShadow = (node: Node): boolean =>
  node.nodeName === "TEMPLATE" && (node as Element).hasAttribute("shadowrootmode");

/** Bind the slot at the cursor; returns its text. */
function find(instance: Instance, number: number, cursor: Cursor): Node {
  const { kind, marked } = instance.block.slots[number]!;
  const inner = instance.inner[number];
  if (kind === RUN) return findRun(instance, number, cursor, marked);
  if (kind === COMPONENT) {
    const component = findComponent(cursor);
    instance.inner[number] = [component];
    stands(component, instance, number);
  }
  for (const row of (inner ?? []) as Instance[]) match(row, row.block.spots, cursor, row.nodes);
  return cursor.anchor();
}

function findComponent(cursor: Cursor): Node {
  const { next } = cursor;
  if (!(next as Element | null)?.hasAttribute?.("live-id")) cursor.misfit("a component");
  return cursor.take(next!);
}

function findRun(instance: Instance, number: number, cursor: Cursor, marked: boolean): Node {
  let text: Text;
  if (cursor.mark("[")) {
    const nodes: Node[] = (instance.inner[number] = []);
    while (cursor.next && !cursor.mark("]")) nodes.push(cursor.take(cursor.next));
    text = cursor.anchor();
  } else text = cursor.run();
  if (marked && !cursor.mark("|")) cursor.misfit("<!--|-->");
  return text;
}

const isText = (node: Node | null): node is Text => node?.nodeType === 3;
