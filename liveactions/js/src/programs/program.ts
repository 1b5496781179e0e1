/**
 * Programs: the static part of a component's template, as blocks of HTML with slots between. Each is fetched once by
 * the hash of its content, parsed once, and copied for every row and branch that is made of it.
 */
import { parseHtml, type Language } from "../trusted";
import { attributesIn } from "./sources";

/** What the kinds of slots are called on the wire (protocol/README.md §8). */
export const [RUN, ATTRIBUTE, TAG, CONTENT, BRANCH, LOOP, COMPONENT] = [0, 1, 2, 3, 4, 5, 6] as const;

/** What the server sends. */
export interface Form {
  wrapped: boolean;
  blocks: [skeleton: string, slots: SlotForm[], language: Language][];
}
type SlotForm = [kind: number, more?: unknown];

export interface Slot {
  kind: number;
  /** RUN: a mark follows in the page. CONTENT: entities mean nothing. */
  marked: boolean;
  /** ATTRIBUTE: an empty one of this name. */
  attribute: Attr | null;
  /** BRANCH: its alternatives. LOOP: its row, alone. */
  blocks: Block[];
}

/** A node of a skeleton. */
export interface Spot {
  node: Node;
  /** The slot that stands here; -1 for none. */
  slot: number;
  /** The slots in the start tag of an element, and that of its content. */
  tag: number[];
  /** What is inside an element in which something may change. */
  inside: Spot[] | null;
}

export interface Block {
  /** To be copied. Where a slot stands among nodes, there is an empty text. */
  content: DocumentFragment;
  language: Language;
  spots: Spot[];
  slots: Slot[];
  /** The way to each slot's node in a copy of the content. */
  paths: number[][];
}

export interface Program {
  wrapped: boolean;
  block: Block;
}

/** The page is not what the program says. */
export class Misfit extends Error {}

/** Milliseconds after which a program is not waited for any longer. */
const PATIENCE = 10_000;

/** The programs of a page. */
export class Library {
  #window: Window & typeof globalThis;
  #path: string;
  #programs = new Map<string, Program | Promise<Program>>();

  /** `path` is the URL path of the socket. */
  constructor(window: Window & typeof globalThis, path: string) {
    this.#window = window;
    this.#path = path;
  }

  /** The program of this hash; a promise as long as it is on its way. One that did not come is asked for again. */
  find(hash: string): Program | Promise<Program> {
    const known = this.#programs.get(hash);
    if (known) return known;
    const coming = this.#fetch(hash);
    this.#programs.set(hash, coming);
    coming.then(
      (program) => this.#programs.set(hash, program),
      () => this.#programs.delete(hash),
    );
    return coming;
  }

  async #fetch(hash: string): Promise<Program> {
    const { document, fetch, location } = this.#window;
    const url = new URL(`${this.#path}programs/${hash}.json`, location.href);
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) throw new Misfit(`${url.href} answers ${response.status}.`);
    return compile((await response.json()) as Form, document);
  }
}

export function compile({ wrapped, blocks }: Form, document: Document): Program {
  const all = blocks.map(([skeleton, , language]): Block => {
    return { content: parseHtml(skeleton, document, language), language, spots: [], slots: [], paths: [] };
  });
  all.forEach((block, index) => {
    const names: string[] = [];
    block.slots = blocks[index]![1].map(([kind, more], slot) => {
      if (kind === ATTRIBUTE) names[slot] = String(more);
      const inside = kind === BRANCH || kind === LOOP ? [more as number | number[]].flat() : [];
      return { kind, marked: more === 1, attribute: null, blocks: inside.map((number) => all[number]!) };
    });
    block.spots = survey(block, block.content, [], (slot, element) => {
      const name = names[slot];
      if (name) [block.slots[slot]!.attribute = null] = attributesIn(` ${name}=""`, element, document);
    });
  });
  return { wrapped, block: all[0]! };
}

type Found = (slot: number, element: Element) => void;

/** Find the slots inside `parent`, which is reached by `path`; `found` is told about those in the tags of elements. */
function survey(block: Block, parent: Node, path: number[], found: Found): Spot[] {
  return [...parent.childNodes].map((node, index) => {
    const here = [...path, index];
    const mark = node.nodeType === 8 && /^live@(\d+)$/.exec((node as Comment).data);
    if (!mark) return surveyed(block, node, here, found);
    const slot = Number(mark[1]);
    block.paths[slot] = here;
    const text = node.ownerDocument!.createTextNode("");
    parent.replaceChild(text, node);
    return { node: text, slot, tag: [], inside: null };
  });
}

function surveyed(block: Block, node: Node, path: number[], found: Found): Spot {
  const element = node.nodeType === 1 ? (node as Element) : null;
  const tag = element?.getAttribute("live-slot")?.split(" ").map(Number) ?? [];
  element?.removeAttribute("live-slot");
  for (const slot of tag) {
    block.paths[slot] = path;
    found(slot, element!);
  }
  const inside = survey(block, node, path, found);
  return { node, slot: -1, tag, inside: inside.some(mayChange) ? inside : null };
}

const mayChange = ({ slot, tag, inside }: Spot): boolean => slot >= 0 || tag.length > 0 || inside !== null;
