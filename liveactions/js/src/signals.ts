/**
 * Signals: values that live in the browser. Names with `$` belong to the page, the others to the component around.
 *
 * They drive `live-text`, `live-show`, `live-class` and `live-attr`; with Alpine on the page they are written to
 * `Alpine.store(…)` and to the component's `x-data` as well. A component's first values are in its `live-signals`.
 */
import { diagnose } from "./diagnostics";
import { emit } from "./events";
import type { Signals } from "./ports";
import { AlpineBridge } from "./signals/alpine";
import { evaluate, forbiddenPath, merge, parseExpression, split, type Values } from "./signals/core";
import { DIRECTIVES } from "./signals/directives";

const SCOPE = "[live-id], [live-signals]";
const DIRECTIVE = Object.keys(DIRECTIVES)
  .map((name) => `[${name}]`)
  .join(", ");

interface Scope {
  values: Values;
  /** The `live-signals` that were read last. */
  source: string | null;
}

export interface SignalsOptions {
  /** The name of the Alpine store for names with `$`; default "live". */
  storeName?: string;
}

export function createSignals(document: Document, { storeName = "live" }: SignalsOptions = {}): Signals {
  return new DocumentSignals(document, new AlpineBridge(document, storeName));
}

class DocumentSignals implements Signals {
  #document: Document;
  #alpine: AlpineBridge;
  #page: Values = Object.create(null);
  #scopes = new WeakMap<Element, Scope>();

  constructor(document: Document, alpine: AlpineBridge) {
    this.#document = document;
    this.#alpine = alpine;
  }

  patch(scope: Element | null, values: Values): void {
    if (!isSafe(values, scope)) return;
    const home = this.#homeOf(scope);
    const reachesPage = this.#write(home, this.#scopeOf(home), values);
    this.#show(reachesPage ? this.#document.documentElement : home);
    emit(this.#document.defaultView, "live:signals", values);
  }

  apply(root: Element): void {
    for (const element of within(root, "[live-signals]")) this.#scopeOf(element);
    this.#show(root);
  }

  read(scope: Element | null): Values {
    return scope ? this.#scopeOf(this.#homeOf(scope)).values : this.#page;
  }

  #homeOf(element: Element | null): Element {
    return element?.closest(SCOPE) ?? this.#document.documentElement;
  }

  /** The scope of an element, after reading what the server has newly put into its `live-signals`. */
  #scopeOf(element: Element): Scope {
    const scope = this.#scopes.get(element) ?? { values: Object.create(null) as Values, source: null };
    this.#scopes.set(element, scope);
    const source = element.getAttribute("live-signals");
    if (source === null || source === scope.source) return scope;
    scope.source = source;
    this.#write(element, scope, parse(source, element));
    return scope;
  }

  /** Write values where they belong; true when some belong to the page. */
  #write(home: Element, scope: Scope, values: Values): boolean {
    const { page, local } = split(values);
    if (!isEmpty(local)) {
      merge(scope.values, local);
      this.#alpine.patchLocal(home, local);
    }
    if (isEmpty(page)) return false;
    merge(this.#page, page);
    this.#alpine.patchStore(page);
    return true;
  }

  #show(root: Element): void {
    for (const element of within(root, DIRECTIVE)) {
      const scopes = this.#chainOf(element);
      const valueOf = (text: string) => this.#evaluate(text, scopes, element);
      for (const [name, perform] of Object.entries(DIRECTIVES)) {
        const text = element.getAttribute(name);
        if (text !== null) perform(element, text, valueOf);
      }
    }
  }

  #evaluate(text: string, scopes: Values[], element: Element): unknown {
    const expression = parseExpression(text);
    if (expression) return evaluate(expression, scopes, this.#page);
    diagnose(
      "signal.expression",
      `"${text}" is not a signal: write a name, dots and "!", such as "!user.open".`,
      element,
    );
    return undefined;
  }

  #chainOf(element: Element): Values[] {
    const chain: Values[] = [];
    for (let at = element.closest(SCOPE); at; at = at.parentElement?.closest(SCOPE) ?? null) {
      chain.push(this.#scopeOf(at).values);
    }
    return [...chain, this.#scopeOf(this.#document.documentElement).values];
  }
}

function isEmpty(values: Values): boolean {
  return !Object.keys(values).length;
}

function* within(root: Element, selector: string): Iterable<Element> {
  if (root.matches(selector)) yield root;
  yield* root.querySelectorAll(selector);
}

function parse(source: string, element: Element): Values {
  try {
    const values: unknown = JSON.parse(source);
    if (typeof values === "object" && values !== null && isSafe(values as Values, element)) return values as Values;
  } catch {
    diagnose("signal.json", `live-signals='${source}' is not JSON.`, element);
  }
  return {};
}

function isSafe(values: Values, element: Element | null): boolean {
  const path = forbiddenPath(values);
  if (path) diagnose("signal.forbidden", `Signals named "${path}" are refused.`, element);
  return path === null;
}
