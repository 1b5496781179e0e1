/**
 * Programs made by hand: block`<p ${attribute("class")}>${run()}</p>` is a block with two slots. What a server makes of
 * a block and its values is made here in the plainest way: its HTML, the HTML of a page, its shape, its client form.
 */
import { start, type Live } from "../../src/index";
import type { Form } from "../../src/programs/program";
import type { Language } from "../../src/trusted";
import { FakeSocket, Server } from "../support/server";

export interface Slot {
  kind: number;
  name?: string;
  marked?: boolean;
  blocks?: Block[];
  inSvg?: boolean;
}

export interface Block {
  statics: readonly string[];
  slots: Slot[];
  language: Language;
}

export type Values = any[];

export const block = (statics: TemplateStringsArray | string[], ...slots: Slot[]): Block => ({
  statics: [...statics],
  slots,
  language: "",
});
export const inSvg = (inner: Block): Block => ({ ...inner, language: "svg" });

export const run = (marked = false): Slot => ({ kind: 0, marked });
export const attribute = (name: string): Slot => ({ kind: 1, name });
export const tag = (): Slot => ({ kind: 2 });
export const content = (marked = false): Slot => ({ kind: 3, marked });
export const branch = (...blocks: Block[]): Slot => ({ kind: 4, blocks });
export const loop = (row: Block): Slot => ({ kind: 5, blocks: [row] });
export const component = (): Slot => ({ kind: 6 });

/** The HTML of a block; with `anchors` as it stands in a page. The value of a component is `[id, html]`. */
export function htmlOf({ statics, slots }: Block, values: Values, anchors = false): string {
  const written = slots.map((slot, index) => valueOf(slot, values[index], anchors) + statics[index + 1]);
  return statics[0] + written.join("");
}

function valueOf({ kind, name, marked, blocks }: Slot, value: any, anchors: boolean): string {
  if (kind === 0) {
    const html = anchors && value.includes("<") ? `<!--[-->${value}<!--]-->` : value;
    return anchors && marked ? `${html}<!--|-->` : html;
  }
  if (kind === 1) return `${name}="${value}"`;
  if (kind === 4) return value ? htmlOf(blocks![value[0]]!, value[1], anchors) : "";
  if (kind === 5) return value.map((row: Values) => htmlOf(blocks![0]!, row, anchors)).join("");
  return kind === 6 ? value[1] : value;
}

export function shapeOf({ slots }: Block, values: Values): string {
  return slots
    .map(({ kind, blocks }, index) => {
      const value = values[index];
      if (kind === 4) return value ? sign(value[0] + 1) + shapeOf(blocks![value[0]]!, value[1]) : "0";
      if (kind !== 5) return "";
      return sign(value.length) + value.map((row: Values) => shapeOf(blocks![0]!, row)).join("");
    })
    .join("");
}

const sign = (number: number): string => (number < 30 ? number.toString(36) : `.${number.toString(36)}.`);

export function formOf(outermost: Block, wrapped = false): Form {
  const blocks: Form["blocks"] = [];
  const put = (inner: Block): number => {
    const number = blocks.push(["", [], inner.language]) - 1;
    const slots = inner.slots.map(({ kind, name, marked, blocks: inside = [] }): [number, unknown?] => {
      const numbers = inside.map(put);
      if (kind === 4 || kind === 5) return [kind, kind === 5 ? numbers[0] : numbers];
      return name ? [kind, name] : marked ? [kind, 1] : [kind];
    });
    blocks[number] = [skeletonOf(inner), slots, inner.language];
    return number;
  };
  put(outermost);
  return { wrapped, blocks };
}

function skeletonOf({ statics, slots }: Block): string {
  return slots.reduce((skeleton, { kind }, number) => {
    const inTag = kind >= 1 && kind <= 3;
    return (inTag ? marked(skeleton, number) : `${skeleton}<!--live@${number}-->`) + statics[number + 1];
  }, statics[0]!);
}

/** Write the number of a slot into the last start tag. */
function marked(skeleton: string, number: number): string {
  const start = skeleton.lastIndexOf("<");
  const last = skeleton.slice(start);
  const more = / live-slot="/.test(last)
    ? last.replace(/ live-slot="[\d ]*/, `$& ${number}`)
    : last.replace(/^<[\w-]+/, `$& live-slot="${number}"`);
  return skeleton.slice(0, start) + more;
}

/** HTML as it stands in a page, with what marks a component on its root element. */
export function pageOf(outermost: Block, values: Values, hash: string, { wrapped = false, marks = "" } = {}): string {
  const html = htmlOf(outermost, values, true);
  const shape = shapeOf(outermost, values);
  const own = ` live-program="${hash}"${shape && ` live-shape="${shape}"`}${marks}`;
  return wrapped ? `<live-root${own}>${html}</live-root>` : html.replace(/^<[\w-]+/, `$&${own}`);
}

/** What a fresh rendering looks like to a browser: an element without marks. */
export function freshOf(document: Document, outermost: Block, values: Values, wrapped = false): Element {
  const template = document.createElement("template");
  const html = htmlOf(outermost, values);
  template.innerHTML = wrapped ? `<live-root>${html}</live-root>` : html;
  return template.content.firstElementChild!;
}

/** The element as a fresh rendering would be: no marks, no empty texts. */
export function bare(element: Element): Element {
  const copy = element.cloneNode(true) as Element;
  copy.normalize();
  for (const one of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["id", "token", "program", "shape"]) one.removeAttribute(`live-${name}`);
  }
  return copy;
}

// A page with one component -----------------------------------------------------------------------------------

type Stock = { window: Window & typeof globalThis; programs: Map<string, Form>; asked: string[]; idle: () => void };

/** Let `window.fetch` hand out programs, its sockets be played by a test, and `idle()` say when it has time. */
export function stocked(window: Window & typeof globalThis): Stock {
  const waiting: (() => void)[] = [];
  const idle = () => waiting.splice(0).forEach((run) => run());
  const stock: Stock = { window, programs: new Map(), asked: [], idle };
  const fetch = async (url: URL | string): Promise<Response> => {
    const [, hash] = /programs\/(.*)\.json$/.exec(String(url))!;
    stock.asked.push(String(url));
    const form = stock.programs.get(hash!);
    return new Response(JSON.stringify(form ?? null), { status: form ? 200 : 404 });
  };
  Object.assign(window, { fetch, WebSocket: FakeSocket, requestIdleCallback: (run: () => void) => waiting.push(run) });
  return stock;
}

/** A live page: component 1 of `outermost` with `values` stands in `place`. */
export class Shown {
  readonly server = new Server();
  readonly live: Live;
  #block: Block;
  #window: Window & typeof globalThis;
  #wrapped: boolean;

  constructor(stock: Stock, place: Element, outermost: Block, values: Values, options: Record<string, any> = {}) {
    this.#block = outermost;
    this.#window = stock.window;
    this.#wrapped = options.wrapped ?? false;
    if (!options.missing) stock.programs.set("p1", formOf(outermost, this.#wrapped));
    place.innerHTML = this.page(values, ' live-id="1" live-token="t"');
    this.live = start({ window: stock.window, ...options });
    this.server.welcome();
    this.server.answer(1);
  }

  page(values: Values, marks = ' live-id="1"'): string {
    return pageOf(this.#block, values, "p1", { wrapped: this.#wrapped, marks });
  }

  get root(): Element {
    return this.#window.document.querySelector('[live-id="1"]')!;
  }

  patch(...changes: unknown[]): void {
    this.server.apply([[1, 13, changes]]);
  }

  whole(values: Values): void {
    this.server.apply([[1, 12, this.page(values)]]);
  }

  /** Whether the page looks like a fresh rendering of these values. */
  isLike(values: Values): boolean {
    return bare(this.root).isEqualNode(freshOf(this.#window.document, this.#block, values, this.#wrapped));
  }

  /** The RESYNC frames that were sent. */
  get resyncs(): { component: number | null; plain: boolean | null }[] {
    return this.server.socket.got("RESYNC").map(({ component: id, plain }) => ({ component: id, plain }));
  }
}
