/**
 * The components of a page that have programs. Each is bound when the page has nothing else to do, or when its first
 * patch comes. One whose patch does not fit is asked for whole; if then its next one does not fit either, it is asked
 * for whole for good.
 */
import { idOf } from "../components";
import { diagnose } from "../diagnostics";
import { apply, editedIn, type Tools, type Written } from "./apply";
import { bind, type Instance } from "./bind";
import { Library, Misfit, type Program } from "./program";

export type { Written };

/** Who is told, and asked. */
export interface Delegate {
  /** A component was patched. */
  wrote(component: Element, written: Written): void;
  /** Have a component sent whole; with `plain`, from now on. Never rejects. */
  resync(id: number, plain: boolean): Promise<unknown>;
}

const PROGRAM = "live-program";
const SHAPE = "live-shape";

export class Programs {
  #window: Window & typeof globalThis;
  #tools: Tools;
  #delegate: Delegate;
  #library: Library;
  #bound = new WeakMap<Element, Instance>();
  /** Components that are bound when the page is idle. */
  #due = new WeakSet<Element>();
  /** Components in which something is as the user left it, and not as the server said. */
  #owing = new WeakSet<Element>();
  /** Components that were asked for whole and have not come. */
  #mending = new Set<number>();
  /** How many patches in a row did not fit, by component. */
  #misfits = new Map<number, number>();

  /** `path` is the URL path of the socket. */
  constructor(window: Window & typeof globalThis, path: string, tools: Tools, delegate: Delegate) {
    this.#window = window;
    this.#tools = tools;
    this.#delegate = delegate;
    this.#library = new Library(window, path);
  }

  /** There may be components that are not bound yet. */
  discover(): void {
    for (const element of this.#tools.root.querySelectorAll(`[${PROGRAM}]`)) {
      if (this.#due.has(element)) continue;
      this.#due.add(element);
      const program = this.#library.find(element.getAttribute(PROGRAM)!);
      // One that does not come, or does not fit, matters only to a patch; that will find out.
      Promise.resolve(program).then(
        () => this.#whenIdle(() => this.#bindNow(element)),
        () => undefined,
      );
    }
  }

  /** Write changes into a component. What does not fit is mended; never raises. */
  patch(component: Element, changes: unknown[]): void | Promise<void> {
    const hash = component.getAttribute(PROGRAM);
    if (hash === null) return this.#apply(component, changes);
    const program = this.#library.find(hash);
    if (!(program instanceof Promise)) return this.#apply(component, changes);
    return program.then(
      () => this.#apply(component, changes),
      (error: unknown) => this.#misfit(component, error),
    );
  }

  #apply(component: Element, changes: unknown[]): void {
    const id = idOf(component);
    const isFresh = component.hasAttribute(PROGRAM);
    if (!isFresh && this.#mending.has(id)) return; // what it is sent for is older than what is on the way
    if (!isFresh && this.#owing.has(component) && !editedIn(component)) return this.#mend(component, false);
    try {
      const written = apply(this.#tools, component, this.#instanceOf(component), changes);
      if (written.isOwing) this.#owing.add(component);
      this.#misfits.delete(id);
      this.#delegate.wrote(component, written);
    } catch (error) {
      this.#misfit(component, error);
    }
  }

  /** The binding of a component. One that has come whole is bound anew. */
  #instanceOf(component: Element): Instance {
    const hash = component.getAttribute(PROGRAM);
    const bound =
      hash === null ? this.#bound.get(component) : this.#bind(component, this.#library.find(hash) as Program);
    if (!bound) throw new Misfit("It has no program.");
    return bound;
  }

  #bind(component: Element, program: Program): Instance {
    const { authorship } = this.#tools;
    return authorship.write(() => {
      const instance = bind(program, component, (node) => authorship.isForeign(node));
      this.#bound.set(component, instance);
      this.#forget(component);
      return instance;
    });
  }

  /** The attributes say that a component is to be bound. */
  #forget(component: Element): void {
    for (const name of [PROGRAM, SHAPE]) component.removeAttribute(name);
    this.#due.delete(component);
    this.#owing.delete(component);
  }

  #bindNow(component: Element): void {
    try {
      if (component.isConnected && component.hasAttribute(PROGRAM)) this.#instanceOf(component);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
    }
  }

  #whenIdle(run: () => void): void {
    const { requestIdleCallback, setTimeout } = this.#window;
    if (requestIdleCallback) requestIdleCallback(run);
    else setTimeout(run);
  }

  #misfit(component: Element, error: unknown): void {
    const id = idOf(component);
    const misfits = (this.#misfits.get(id) ?? 0) + 1;
    this.#misfits.set(id, misfits);
    diagnose("patch.misfit", `A patch of component ${id} does not fit: ${(error as Error).message}`, component);
    this.#mend(component, misfits > 1);
  }

  #mend(component: Element, plain: boolean): void {
    const id = idOf(component);
    this.#bound.delete(component);
    this.#tools.authorship.write(() => this.#forget(component));
    this.#mending.add(id);
    void this.#delegate.resync(id, plain).then(() => this.#mending.delete(id));
  }
}
