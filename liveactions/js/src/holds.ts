/**
 * What is shown for a while over what the page says: attributes, classes, texts, and whatever else can be read and
 * written. It is an overlay. The server writes beneath it, and when it is let go, what is beneath is seen.
 *
 * Several may hold the same thing: the later ones lie above the earlier, and each is made of what is beneath it.
 */
export type Release = () => void;

/** Something of an element that can be held. Its values are plain data. */
export interface Facet<Value = any> {
  /** Facets of one element are the same if their names are. */
  name: string;
  read(element: Element): Value;
  write(element: Element, value: Value): void;
  /** What is beneath when somebody else has made `now` of what was shown; without it, `now`. */
  merge?(base: Value, shown: Value, now: Value): Value;
}

/** What is shown, made of what is beneath. */
export type Layer<Value = any> = (beneath: Value) => Value;

interface Hold {
  facet: Facet;
  layers: Layer[];
  base: unknown;
  shown: unknown;
}

type Facets = Map<string, Hold>;

export class Holds {
  #held = new Map<Element, Facets>();
  #aside: <T>(change: () => T) => T;
  #isLifted = false;

  /** `aside` runs a change of the page of which nobody is to know who made it. */
  constructor(aside: <T>(change: () => T) => T = (change) => change()) {
    this.#aside = aside;
  }

  /** Hold something until the returned function is called. A text is the name of an attribute. */
  hold<Value>(element: Element, what: Facet<Value> | string, mine: Layer<Value> | string | null): Release {
    const facet = typeof what === "string" ? facetOf(what) : what;
    const layer = typeof mine === "function" ? mine : () => mine;
    const facets = this.#held.get(element) ?? (new Map() as Facets);
    this.#held.set(element, facets);
    const hold = facets.get(facet.name) ?? { facet, layers: [], base: null, shown: null };
    this.#change(facets, element, () => {
      hold.layers.push(layer);
      facets.set(facet.name, hold);
    });
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#change(facets, element, () => {
        hold.layers.splice(hold.layers.indexOf(layer), 1);
        if (!hold.layers.length) facets.delete(facet.name);
        if (!facets.size && this.#held.get(element) === facets) this.#held.delete(element);
      });
    };
  }

  has(element: Element, name: string): boolean {
    return this.#held.get(element)?.has(name) ?? false;
  }

  /** Run a change of the page as if nothing were held: it sees, and writes, what is beneath. */
  beneath<T>(change: () => T): T {
    if (this.#isLifted || !this.#held.size) return change();
    this.#aside(() => this.#held.forEach(lift));
    this.#isLifted = true;
    try {
      return change();
    } finally {
      this.#isLifted = false;
      this.#aside(() => this.#held.forEach(lay));
    }
  }

  /** Put back what others than the server have overwritten, and remember what they wrote. */
  enforce(): void {
    if (this.#isLifted) return;
    for (const [element, facets] of this.#held)
      if ([...facets.values()].some(({ facet, shown }) => !isSame(facet.read(element), shown)))
        this.#change(facets, element, () => undefined);
  }

  #change(facets: Facets, element: Element, change: () => void): void {
    if (this.#isLifted) return change();
    this.#aside(() => {
      lift(facets, element);
      change();
      lay(facets, element);
    });
  }
}

/** The last that was laid on is the first that is lifted. */
function lift(facets: Facets, element: Element): void {
  for (const hold of [...facets.values()].reverse()) {
    const now = hold.facet.read(element);
    // What somebody else has written meanwhile is what is beneath.
    if (!isSame(now, hold.shown)) hold.base = hold.facet.merge?.(hold.base, hold.shown, now) ?? now;
    if (!isSame(now, hold.base)) hold.facet.write(element, hold.base);
  }
}

function lay(facets: Facets, element: Element): void {
  for (const hold of facets.values()) {
    hold.base = hold.facet.read(element);
    hold.shown = hold.layers.reduce((value, layer) => layer(value), hold.base);
    if (!isSame(hold.shown, hold.base)) hold.facet.write(element, hold.shown);
  }
}

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

function facetOf(name: string): Facet<string | null> {
  return {
    name,
    read: (element) => element.getAttribute(name),
    write: (element, value) => (value === null ? element.removeAttribute(name) : element.setAttribute(name, value)),
  };
}

const tokensIn = (text: string | null): string[] => text?.split(/\s+/).filter(Boolean) ?? [];

/** The classes of an element. One that somebody else adds or takes away meanwhile is beneath. */
export const CLASSES: Facet<string | null> = {
  ...facetOf("class"),
  merge: (base, shown, now) => {
    const [was, is] = [tokensIn(shown), tokensIn(now)];
    const kept = tokensIn(base).filter((token) => is.includes(token) || !was.includes(token));
    return [...kept, ...is.filter((token) => ![...was, ...kept].includes(token))].join(" ") || now && "";
  },
};

/** What becomes of some classes: each is there, or not, as `change` says of whether it is there beneath. */
export function classes(names: Iterable<string>, change: (has: boolean) => boolean): Layer<string | null> {
  return (beneath) => {
    const before = tokensIn(beneath);
    const after = new Set(before);
    for (const name of names) after[change(after.has(name)) ? "add" : "delete"](name);
    return before.length === after.size && before.every((name) => after.has(name)) ? beneath : [...after].join(" ");
  };
}
