/** A page of its own for a test. */
import { Window } from "happy-dom";

export type Page = { window: globalThis.Window & typeof globalThis; document: Document; body: HTMLElement };

/** Idiomorph looks for these where a browser has them. */
const GLOBALS = ["Node", "Element", "Document", "document"] as const;

export function page(html = "", url = "http://desk.test/orders/"): Page {
  const window = new Window({ url }) as unknown as globalThis.Window & typeof globalThis;
  for (const name of GLOBALS) (globalThis as Record<string, unknown>)[name] = window[name];
  (globalThis as Record<string, unknown>).CSS = { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") };
  knowModal(window.HTMLDialogElement.prototype);
  window.document.body.innerHTML = html;
  return { window, document: window.document, body: window.document.body };
}

/** Here every open dialog is one that `showModal` has opened. */
function knowModal(dialog: HTMLDialogElement): void {
  const { matches } = dialog;
  dialog.matches = function (this: HTMLDialogElement, selector: string) {
    return selector === ":modal" ? this.open : matches.call(this, selector);
  } as typeof matches;
}

/** Let everything run that is ready to run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export function $<T extends HTMLElement = HTMLElement>(place: ParentNode, selector: string): T {
  const element = place.querySelector<T>(selector);
  if (!element) throw new Error(`There is no ${selector}.`);
  return element;
}

/** Collect the details of events, by name, in the order they come. */
export function trail(target: EventTarget, ...names: string[]): [string, any][] {
  const seen: [string, any][] = [];
  for (const name of names) target.addEventListener(name, (event) => seen.push([name, (event as CustomEvent).detail]));
  return seen;
}

/** Keep the console quiet where a test provokes diagnostics; what was said is returned. */
export function quiet(): string[] {
  const said: string[] = [];
  console.warn = console.error = (text: unknown) => void said.push(String(text));
  return said;
}
