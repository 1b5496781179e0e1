/** The components in the page: which there are, which of them are roots, and that no two have the same id. */

export interface Root {
  element: Element;
  /** What was added to every id of its HTML, because the ids were taken. */
  base: number;
}

const ID = "live-id";
const TOKEN = "live-token";

export class Components {
  #root: ParentNode;
  #roots = new Map<Element, Root>();
  #found: (element: Element) => void;

  /** `found` is told about every element that becomes a root. */
  constructor(root: ParentNode, found: (element: Element) => void) {
    this.#root = root;
    this.#found = found;
  }

  get roots(): Root[] {
    return [...this.#roots.values()];
  }

  find(id: number): Element | null {
    return this.#root.querySelector(`[${ID}="${id}"]`);
  }

  /** The nearest component around an element, or the element itself. */
  of(element: Element): { id: number; element: Element } | undefined {
    const component = element.closest(`[${ID}]`);
    return component ? { id: idOf(component), element: component } : undefined;
  }

  /** The roots that were not there before, with ids that are free. */
  discover(): Root[] {
    const elements = [...this.#root.querySelectorAll(`[${TOKEN}]`)].filter((element) => !this.#roots.has(element));
    if (!elements.length) return [];
    const taken = new Set(this.#ids(elements));
    const roots = elements.map((element) => makeRoom(element, taken));
    for (const root of roots) this.#add(root);
    return roots;
  }

  /** The ids of the roots that are gone. One that another element has taken the place of is still there. */
  forgetGone(): number[] {
    const gone: number[] = [];
    for (const root of this.roots) {
      if (root.element.isConnected) continue;
      this.#roots.delete(root.element);
      const successor = this.find(idOf(root.element));
      if (successor?.hasAttribute(TOKEN) && !this.#roots.has(successor)) this.#add({ ...root, element: successor });
      else gone.push(idOf(root.element));
    }
    return gone;
  }

  #add(root: Root): void {
    this.#roots.set(root.element, root);
    this.#found(root.element);
  }

  /** All ids in the page except those inside `elements`. */
  #ids(elements: Element[]): number[] {
    return [...this.#root.querySelectorAll(`[${ID}]`)]
      .filter((component) => !elements.some((element) => element.contains(component)))
      .map(idOf);
  }
}

export function idOf(component: Element): number {
  return Number(component.getAttribute(ID));
}

export function tokenOf(root: Root): string {
  return root.element.getAttribute(TOKEN) ?? "";
}

/** Add the smallest even number that makes every id of a tree free; `taken` grows by them. */
function makeRoom(element: Element, taken: Set<number>): Root {
  const tree = [element, ...element.querySelectorAll(`[${ID}]`)].filter(
    (inside) => inside.closest(`[${TOKEN}]`) === element,
  );
  const collides = tree.some((component) => taken.has(idOf(component)));
  const highest = Math.max(...taken, 0);
  const base = collides ? highest + (highest % 2) : 0;
  for (const component of tree) {
    const id = idOf(component) + base;
    if (base) component.setAttribute(ID, String(id));
    taken.add(id);
  }
  return { element, base };
}
