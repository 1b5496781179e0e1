/** What performers need of the page, and how they find their way in it. */
import { diagnose } from "./diagnostics";
import type { Downloads } from "./downloads";
import type { Morphed } from "./morph";
import type { Outcome, Refusal, Signals, Ui } from "./ports";
import type { Progresses } from "./progress";
import type { Result } from "./vocabulary";
import type { OpenWindows } from "./windows";

export interface Stage {
  window: Window & typeof globalThis;
  /** The part of the document that this Live has to do with. */
  root: ParentNode;
  /** Whether a missing target is an error where a result does not say. */
  strict: boolean;
  ui: Ui;
  signals: Signals;
  /** The modal dialogs that are open. */
  windows: OpenWindows;
  downloads: Downloads;
  progress: Progresses;
  /** What the application performs by itself, by name. */
  customs: ReadonlyMap<string, CustomPerformer>;
  morph(element: Element, html: string, inner?: boolean): Morphed;
  /** Write changes into a component that has a program. */
  patch(component: Element, changes: unknown[]): void | Promise<void>;
  /** Run a change of the page as the server's word. */
  write<T>(change: () => T): T;
  insert(place: (content: DocumentFragment) => void, html: string): void;
  wait(milliseconds: number): Promise<void>;
  load(src: string, integrity: string | null): Promise<void>;
  go(url: string, replace: boolean, external: boolean): boolean;
  show(url: string, replace: boolean): boolean;
  /** The absolute form of an address, or null when the page may not go or fetch there. */
  resolve(url: string, external: boolean): URL | null;
  /** Load the page again, without what `scope` says. */
  renew(scope: "page" | "frontend" | "caches"): void | Promise<void>;
  /**
   * Call an action of the component, or of the page itself (null). Whoever performs a frame must not wait for it: the
   * answer is performed after the frame. `accepted` is called as soon as the server has begun to answer.
   */
  call(scope: Scope, action: string, args: Record<string, unknown>, accepted?: () => void): Promise<Outcome>;
  /** Have components look at their data again; null: all of them. */
  refresh(component: Element | null, delayed: boolean | readonly string[], focus: boolean): void;
  /** Perform results one after another. */
  run(results: readonly Result[], scope: Scope): Promise<void>;
  /** Perform one later, on a click (the button of a toast). */
  perform(result: Result, scope: Scope): void;
}

/** Who speaks: the root element of the component, or null for none. */
export type Scope = Element | null;

/** Performs a result of the application's own. What it promises is waited for; a call that it makes must not be. */
export type CustomPerformer = (fields: Record<string, unknown>, component: Scope) => void | Promise<void>;

/** Something that keeps the rest of a frame from being performed; it is told as the refusal of the call. */
export class NotPerformed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  refusal(): Refusal {
    return { code: this.code, fault: "application", message: this.message, detail: null };
  }
}

/** The first element that `selector` finds: in the component that speaks, else in the page. */
export function locate(selector: string, scope: Scope, stage: Stage, strict: boolean): Element | null {
  const found = find(selector, scope, stage);
  if (found) return (found === scope || hint(selector, scope, stage), found);
  const message = `There is no element ${selector}.`;
  if (strict) throw new NotPerformed("target.missing", message);
  diagnose("target.missing", message, scope ?? stage.window.document);
  return null;
}

const hinted = new Set<string>();

/** Only the first of several is meant; whoever writes the page may not know, and is told once. */
function hint(selector: string, scope: Scope, stage: Stage): void {
  if (hinted.has(selector)) return;
  const count = scope?.querySelectorAll(selector).length || stage.root.querySelectorAll(selector).length;
  if (count < 2) return;
  hinted.add(selector);
  diagnose("target.ambiguous", `${count} elements match ${selector}; only the first is used.`, stage.window.document);
}

export function find(selector: string, scope: Scope, stage: Stage): Element | null {
  try {
    if (scope?.matches(selector)) return scope;
    return scope?.querySelector(selector) ?? stage.root.querySelector(selector);
  } catch {
    diagnose("target.invalid", `${selector} is not a CSS selector.`, scope ?? stage.window.document);
    return null;
  }
}

/** The component as it stands in the page now; another element may have taken its place. */
export function present(scope: Scope, stage: Pick<Stage, "root">): Scope {
  if (!scope || scope.isConnected) return scope;
  const id = scope.getAttribute("live-id");
  return id === null ? null : stage.root.querySelector(`[live-id="${id}"]`);
}
