/** What performers act on, with everything that leaves the page written down. */
import { Authorship } from "../../src/authorship";
import { Downloads } from "../../src/downloads";
import { Drafts } from "../../src/drafts";
import { Morph } from "../../src/morph";
import type { Ui } from "../../src/ports";
import { perform, type Stage } from "../../src/results";
import { Progresses } from "../../src/progress";
import { parseHtml } from "../../src/trusted";
import { decodeResult, WORDS, type Result } from "../../src/vocabulary";
import { OpenWindows } from "../../src/windows";
import type { Page } from "./dom";

export type Log = [name: string, ...args: any[]][];

/** A stage on a page; `choose` is what the user presses in a dialog. */
export function stageOn(here: Page, log: Log, choose: () => string = () => "yes"): Stage {
  const morph = new Morph(new Authorship(here.window), new Drafts());
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void log.push([name, ...args]);
  const ui: Ui = {
    toast: note("toast"),
    confirm: async () => true,
    ask: async (asked) => (log.push(["ask", asked]), { choice: choose(), close: note("close") }),
    status: note("status"),
    overlay: note("overlay"),
  };
  const stage: Stage = {
    window: here.window,
    root: here.document,
    strict: false,
    ui,
    signals: { patch: note("patch"), apply: note("apply"), read: () => ({}) },
    windows: new OpenWindows(here.document),
    downloads: new Downloads(here.window, ui),
    progress: new Progresses(here.window, ui, () => undefined),
    customs: new Map(),
    morph: (element, html, inner) => morph.morph(element, html, inner),
    patch: (component, changes) => void log.push(["write", component, changes]),
    write: (change) => change(),
    insert: (place, html) => place(here.document.importNode(parseHtml(html, here.document), true)),
    wait: async (milliseconds) => void log.push(["wait", milliseconds]),
    load: async (src, integrity) => void log.push(["load", src, integrity]),
    go: (url, replace, external) => (log.push(["go", url, replace, external]), true),
    show: (url, replace) => (log.push(["show", url, replace]), true),
    resolve: (url) => (url.startsWith("javascript:") ? null : new URL(url, "http://desk.test/orders/")),
    renew: note("renew"),
    call: async (scope, action, args, accepted) => (
      log.push(["call", scope, action, args]),
      accepted?.(),
      { ok: true }
    ),
    refresh: note("refresh"),
    run: async (results, scope) => {
      for (const result of results) await perform(result, scope, stage);
    },
    perform: (action, scope) => void log.push(["perform", action, scope]),
  };
  return stage;
}

/** A result by its word and the fields that matter; the others have their defaults. */
export function result(word: Result["word"], given: Record<string, unknown> = {}): Result {
  return decodeResult(wireOf(word, given));
}

/** The same as it stands on the wire. */
export function wireOf(word: Result["word"], given: Record<string, unknown> = {}): unknown[] {
  const [number, [, fields]] = Object.entries(WORDS).find(([, [name]]) => name === word)!;
  return [Number(number), ...fields.map(([name, fallback]) => (name in given ? given[name] : fallback))];
}
