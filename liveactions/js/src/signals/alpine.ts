/** Signals for a page that uses Alpine: the same patches, written into its stores and its components' data. */
import { merge, type Values } from "./core";

interface Alpine {
  store(name: string): Values | undefined;
  store(name: string, values: Values): void;
  $data(element: Element): Values;
  nextTick(then: () => void): void;
}

/** What Alpine keeps on an element that it has taken up: its own data first, then those around it. */
type Started = Element & { _x_dataStack?: Values[] };

export class AlpineBridge {
  #document: Document;
  #storeName: string;
  /** What came before Alpine had started. */
  #earlyStore: Values = {};
  #earlyLocal = new WeakMap<Element, Values>();
  #started = false;

  constructor(document: Document, storeName: string) {
    this.#document = document;
    this.#storeName = storeName;
    document.addEventListener("alpine:init", () => this.patchStore(this.#earlyStore));
    document.addEventListener("alpine:initialized", () => this.#catchUp());
  }

  patchStore(values: Values): void {
    const alpine = this.#alpine;
    if (!alpine) return merge(this.#earlyStore, values);
    if (!alpine.store(this.#storeName)) alpine.store(this.#storeName, {});
    merge(alpine.store(this.#storeName)!, values);
  }

  /** Patch the data at, inside or around a component's root; a component without any is left alone. */
  patchLocal(scope: Element, values: Values): void {
    if (this.#patchNow(scope, values)) return;
    if (!this.#alpine || !this.#started) {
      const early = this.#earlyLocal.get(scope) ?? {};
      merge(early, values);
      this.#earlyLocal.set(scope, early);
    } else if (dataElementOf(scope)) {
      // HTML that has just been patched in: Alpine takes it up when it next looks.
      this.#alpine.nextTick(() => this.#patchNow(scope, values));
    }
  }

  get #alpine(): Alpine | undefined {
    return (this.#document.defaultView as { Alpine?: Alpine } | null)?.Alpine;
  }

  #patchNow(scope: Element, values: Values): boolean {
    const element = dataElementOf(scope);
    const own = element?._x_dataStack?.[0];
    if (!this.#alpine || !element || !own) return false;
    const data = this.#alpine.$data(element);
    // Alpine would put a name that nobody has yet into the outermost data; it belongs to the nearest.
    for (const [name, value] of Object.entries(values)) merge(name in data ? data : own, { [name]: value });
    return true;
  }

  #catchUp(): void {
    this.#started = true;
    for (const scope of [
      this.#document.documentElement,
      ...this.#document.querySelectorAll("[live-id], [live-signals]"),
    ]) {
      const early = this.#earlyLocal.get(scope);
      if (early) this.patchLocal(scope, early);
      this.#earlyLocal.delete(scope);
    }
  }
}

function dataElementOf(scope: Element): Started | null {
  if (scope.matches("[x-data]")) return scope;
  const inside = [...scope.querySelectorAll("[x-data]")].find((element) => element.closest("[live-id]") === scope);
  return inside ?? scope.closest("[x-data]");
}
