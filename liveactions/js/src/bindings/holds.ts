/**
 * Attributes and classes that are held in a state for a while and then given back as they were.
 *
 * Whoever writes to a held one meanwhile (a patch from the server) is not overruled for good: what was written becomes
 * what is given back. A *facet* is the name of an attribute, or `.name` for a class; null means that it is absent.
 */
export type Release = () => void;

interface Hold {
  count: number;
  mine: string | null;
  original: string | null;
}

export class Holds {
  #held = new Map<Element, Map<string, Hold>>();

  /** Hold a facet until the returned function is called. Holding it twice takes two releases. */
  hold(element: Element, facet: string, mine: string | null): Release {
    const facets = this.#held.get(element) ?? new Map<string, Hold>();
    this.#held.set(element, facets);
    const hold = facets.get(facet) ?? { count: 0, mine, original: read(element, facet) };
    facets.set(facet, hold);
    hold.count += 1;
    write(element, facet, hold.mine);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#release(element, facet, hold);
    };
  }

  has(element: Element, facet: string): boolean {
    return this.#held.get(element)?.has(facet) ?? false;
  }

  /** Put back what somebody else has overwritten, and remember what they wrote. */
  enforce(): void {
    for (const [element, facets] of this.#held) {
      for (const [facet, hold] of facets) {
        const now = read(element, facet);
        if (now === hold.mine) continue;
        hold.original = now;
        write(element, facet, hold.mine);
      }
    }
  }

  #release(element: Element, facet: string, hold: Hold): void {
    hold.count -= 1;
    if (hold.count) return;
    if (read(element, facet) === hold.mine) write(element, facet, hold.original);
    const facets = this.#held.get(element);
    facets?.delete(facet);
    if (!facets?.size) this.#held.delete(element);
  }
}

function read(element: Element, facet: string): string | null {
  if (!facet.startsWith(".")) return element.getAttribute(facet);
  return element.classList.contains(facet.slice(1)) ? "" : null;
}

function write(element: Element, facet: string, value: string | null): void {
  if (read(element, facet) === value) return;
  if (facet.startsWith(".")) element.classList.toggle(facet.slice(1), value !== null);
  else if (value === null) element.removeAttribute(facet);
  else element.setAttribute(facet, value);
}
