/**
 * `live-optimistic-…`: what the page shows from the moment an action is called, before the server has said anything.
 *
 * It is held over the page until the call has ended, however it ends, and nothing of it is left then: what the server
 * has made of the call stands beneath. On the element that calls, or on the button that sends its form.
 */
import { diagnose } from "../diagnostics";
import { CLASSES, classes, type Facet, type Holds, type Layer, type Release } from "../holds";
import type { Caller, Signals } from "../ports";
import { isAllowed } from "../signals/directives";
import { PREFIX } from "../bindings/promises";
import { ghostIn } from "./ghosts";

/** Says how, rather than what. */
const MANNER = new Set(["target", "timeout"]);
/** Milliseconds. */
const PATIENCE = 30_000;
/** Where signals are at home. */
const SCOPE = "[live-id], [live-signals]";

/** What is held, by what; without an element of its own, on the target. */
type What = [what: Facet | string, mine: Layer | string | null, on?: Element];
/** What an attribute asks for; `name` is what stands behind `attr-` or `signal-`. */
type Effect = (value: string, target: Element, name: string, rooms: Rooms) => What[];

/** What it needs of the page. */
export interface Rooms {
  document: Document;
  caller: Caller;
  holds: Holds;
  signals: Pick<Signals, "read" | "patch">;
}

const EFFECTS: Readonly<Record<string, Effect>> = {
  class: (value) => [[CLASSES, classes(words(value), () => true)]],
  "remove-class": (value) => [[CLASSES, classes(words(value), () => false)]],
  "toggle-class": (value) => [[CLASSES, classes(words(value), (has) => !has)]],
  attr: (value, target, name) => (isAllowed(target, name, value) ? [[name, value]] : []),
  text: (value, target) => (isText(target) ? [[TEXT, (beneath) => rewritten(beneath, value)]] : []),
  hide: () => [["hidden", ""]],
  show: () => [["hidden", null]],
  checked: (value) => [[CHECKED, (is) => (value === "toggle" ? !is : value !== "false")]],
  move: (value, _, __, { document }) => [
    [ghostIn(document), () => value],
    ["data-live-moved", ""],
  ],
  signal: (value, target, name, { signals, document }) => {
    const home = (name.startsWith("$") ? null : target.closest(SCOPE)) ?? document.documentElement;
    const facet = signalOf(name.replaceAll("-", "_"), signals);
    return isPlain(facet.read(home), name, target) ? [[facet, (beneath) => worth(value, beneath), home]] : [];
  },
};

export class Optimistic {
  #rooms: Rooms;
  #kept = new Set<Release>();
  #dragged: Element | null = null;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
    rooms.document.addEventListener("dragstart", this.#drag);
  }

  /** Show what these elements promise of their action; the returned function takes it all back. */
  begin(...sources: (Element | null)[]): Release {
    const all = sources.filter((source) => source !== null).map((source) => this.#show(source));
    const release = () => {
      this.#kept.delete(release);
      all.forEach((one) => one());
    };
    this.#kept.add(release);
    return release;
  }

  /** Take everything back. */
  stop(): void {
    for (const release of [...this.#kept]) release();
    this.#rooms.document.removeEventListener("dragstart", this.#drag);
  }

  #drag = ({ target }: Event): void => {
    this.#dragged = (target as Element).closest?.("[draggable=true]") ?? null;
  };

  #show(source: Element): Release {
    const promised = source.getAttributeNames().filter((name) => name.startsWith(PREFIX));
    const target = promised.length ? this.#targetOf(source) : null;
    if (!target) return () => undefined;
    const { holds } = this.#rooms;
    const releases = promised
      .flatMap((attribute) => this.#effects(attribute, source.getAttribute(attribute)!, target))
      .concat([["data-live-optimistic", ""]])
      .map(([what, mine, on = target]) => holds.hold(on, what as string, mine));
    const focused = this.#rooms.document.activeElement as HTMLElement | null;
    const release = () => {
      [...releases].reverse().forEach((one) => one());
      // What was hidden has lost the focus; the user has not taken it elsewhere.
      const { activeElement, body } = this.#rooms.document;
      if (focused && target.contains(focused) && (activeElement ?? body) === body) focused.focus({ preventScroll: true });
    };
    const stop = this.#within(timeIn(source.getAttribute(`${PREFIX}timeout`)), release);
    return () => (stop(), release());
  }

  #effects(attribute: string, value: string, target: Element): What[] {
    const word = attribute.slice(PREFIX.length);
    const [, kind = word, name = ""] = /^(attr|signal)-(.+)$/.exec(word) ?? [];
    const effect = Object.hasOwn(EFFECTS, kind) ? EFFECTS[kind] : undefined;
    if (effect) return effect(value, target, name, this.#rooms);
    if (!MANNER.has(word)) {
      const known = `${Object.keys(EFFECTS).join(", ")}, ${[...MANNER].join(", ")}`;
      diagnose("optimistic.unknown", `${attribute} is unknown; after ${PREFIX} can stand ${known}.`, target);
    }
    return [];
  }

  /**
   * `closest li`, or a selector: in the component, else in the page. Without one, the element itself; after `dragged`
   * what was dropped, of which nothing is promised where it has been before.
   */
  #targetOf(source: Element): Element | null {
    const text = source.getAttribute(`${PREFIX}target`)?.trim() ?? "";
    const [, dragged, where = text] = /^(dragged)(?!\S)\s*(.*)$/.exec(text) ?? [];
    const origin = dragged ? this.#dragged : source;
    if (!origin || (dragged && source.contains(origin))) return null;
    if (!where) return origin;
    const [, around] = /^closest\s+(.+)$/.exec(where) ?? [];
    try {
      const found = around
        ? origin.closest(around)
        : (this.#rooms.caller.componentOf(source)?.element.querySelector(where) ??
          this.#rooms.document.querySelector(where));
      if (found) return found;
    } catch {
      // told below
    }
    diagnose("optimistic.target", `There is no element ${where}, so nothing is shown before the answer.`, source);
    return null;
  }

  /** What is not answered in time is taken back. While the page has no connection the call waits, and so does this. */
  #within(time: number, release: Release): Release {
    const { documentElement } = this.#rooms.document;
    const late = () => {
      if (documentElement.getAttribute("data-live-status") === "live") release();
      else timer = setTimeout(late, time);
    };
    let timer = setTimeout(late, time);
    return () => clearTimeout(timer);
  }
}

/** `5s`, `500ms` or `500`, in milliseconds. */
const timeIn = (text: string | null): number => parseFloat(text ?? "") * (/\ds$/.test(text!) ? 1000 : 1) || PATIENCE;

const words = (value: string): string[] => value.split(/\s+/).filter(Boolean);

/** The texts of an element that holds nothing else. They are written into, not replaced: the server knows them. */
const TEXT: Facet<string[]> = {
  name: "#text",
  read: (element) => textsIn(element).map(({ data }) => data),
  write: (element, values) => {
    const texts = textsIn(element);
    texts.slice(values.length).forEach((text) => text.remove());
    values.forEach((value, index) => {
      const text = texts[index];
      if (!text) element.append(value);
      else if (text.data !== value) text.data = value;
    });
  },
};

const textsIn = (element: Element): Text[] => [...element.childNodes].filter((node): node is Text => node.nodeType === 3);

function isText(element: Element): boolean {
  if (!element.childElementCount) return true;
  const tag = element.localName;
  diagnose("optimistic.text", `live-optimistic-text needs an element that holds only text; this <${tag}> does not.`, element);
  return false;
}

function rewritten([first = "", ...others]: string[], value: string): string[] {
  return [String(worth(value, [first, ...others].join(""), true)), ...others.map(() => "")];
}

const CHECKED: Facet<boolean> = {
  name: "#checked",
  read: (element) => (element as HTMLInputElement).checked,
  write: (element, value) => ((element as HTMLInputElement).checked = value),
};

function signalOf(name: string, signals: Rooms["signals"]): Facet {
  const own = name.replace(/^\$/, "");
  const scopeOf = (element: Element) => (own === name ? element : null);
  return {
    name: `$${name}`,
    read: (element) => signals.read(scopeOf(element))[own],
    write: (element, value) => signals.patch(element, { [name]: value }),
  };
}

/** Whether a signal has a value that it can be given back. */
function isPlain(value: unknown, name: string, element: Element): boolean {
  if (value !== undefined && (value === null || typeof value !== "object" || Array.isArray(value))) return true;
  const seen = value === undefined ? "has no value yet" : "is a map";
  diagnose("optimistic.signal", `The signal "${name}" ${seen}; give it one in live-signals, or take one that is not a map.`, element);
  return false;
}

/** What a text stands for: `+= 1` and `-= 1` count on what is beneath, JSON is JSON (unless `asText`), the rest itself. */
function worth(text: string, beneath: unknown, asText = false): unknown {
  const [, sign, number] = /^([+-])=\s*(\d+(?:\.\d+)?)$/.exec(text.trim()) ?? [];
  if (number) return Number(beneath) + Number(`${sign}${number}`) || 0;
  if (asText) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
