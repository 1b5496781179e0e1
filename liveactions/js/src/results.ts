/**
 * What each word of the vocabulary does to the page: one performer a word, in a table. Leave one out and the compiler
 * refuses. Whoever performs waits for each before the next, so delays, view transitions and scripts keep the order.
 */
import { diagnose } from "./diagnostics";
import { dispatch, emit } from "./events";
import { applyFocus } from "./focus";
import type { ToastDetail } from "./ports";
import { find, locate, NotPerformed, type Scope, type Stage } from "./stage";
import type { Delete, HTML, Level, Notify, Result, Swap, Toast, Error as ErrorWord } from "./vocabulary";
import { alert, confirm } from "./words/asking";
import { custom, log } from "./words/flow";
import { chunk, download, openUrl } from "./words/leaving";
import { focus, setEditing, showTab } from "./words/page";
import { dropRecords, showRecord, showRows } from "./words/records";
import { shared } from "./words/shared";
import { close, refresh, updateParent } from "./words/windows";

export { NotPerformed, type Scope, type Stage };

type Performer<Word> = (result: Word, scope: Scope, stage: Stage) => void | Promise<void>;
type Performers = { [Word in Result["word"]]: Performer<Extract<Result, { word: Word }>> };

export const PERFORMERS: Performers = {
  HTML: (html, scope, stage) => swap(html, scope, stage),
  Delete: (result, scope, stage) => swap({ ...REMOVAL, ...result, word: "HTML" }, scope, stage),
  Event: ({ name, payload, target }, scope, stage) => {
    if (name === "live:progress") return stage.progress.tell(payload as never);
    if (name === "live:answered") stage.ui.withdraw?.((payload as { token: string }).token);
    const element = target === null ? stage.window : locate(target, scope, stage, stage.strict);
    emit(element, name, payload);
  },
  Toast: toast,
  Notify: (notify, scope, stage) => showToast(detailOfNotify(notify), scope, stage),
  Redirect: ({ url, replace, external }, _scope, stage) => {
    if (!stage.go(url, replace, external)) throw new NotPerformed("url.refused", "The page may not go there.");
  },
  History: ({ push_url, replace_url }, _scope, stage) => {
    if (replace_url !== null) stage.show(replace_url, true);
    else if (push_url !== null) stage.show(push_url, false);
  },
  LoadJS: ({ src, integrity }, _scope, stage) => loadScript(src, integrity, stage),
  Signal: ({ name, value }, scope, stage) => stage.signals.patch(scope, { [name]: value }),
  Signals: ({ values }, scope, stage) => stage.signals.patch(scope, values),
  Error: (error, scope, stage) => showError(error, scope, stage),
  Whole: ({ html }, scope, stage) => {
    if (!scope) return orphaned(stage);
    const { element } = stage.morph(scope, html);
    dispatch(element, "live:patched", {});
  },
  Patch: ({ changes }, scope, stage) => (scope ? stage.patch(scope, changes) : orphaned(stage)),
  Alert: alert,
  Confirm: confirm,
  Close: close,
  Refresh: refresh,
  OpenURL: openUrl,
  Download: download,
  Chunk: chunk,
  UpdateParent: updateParent,
  Focus: focus,
  EditingMode: setEditing,
  ActiveTab: showTab,
  Reload: ({ scope: what }, _scope, stage) => stage.renew(what),
  Log: log,
  RecordDeleted: dropRecords,
  DataRecord: showRecord,
  Rows: showRows,
  Reference: ({ token }, scope, stage) => void stage.call(scope, "@perform", { token }),
  Custom: custom,
  Multi: ({ actions }, scope, stage) => stage.run(actions, scope),
  Noop: () => undefined,
  Shared: shared,
};

function orphaned(stage: Stage): void {
  diagnose("result.orphan", "News of a component that is not in the page.", stage.window.document);
}

/** Perform one result. Raises `NotPerformed` where a frame must not go on. */
export function perform(result: Result, scope: Scope, stage: Stage): void | Promise<void> {
  return (PERFORMERS[result.word] as Performer<Result>)(result, scope, stage);
}

// HTML and Delete -------------------------------------------------------------------------------------------

const REMOVAL = { content: "", swap: "delete", focus: null } as const;

/** What each swap does; it returns the element that stands there afterwards. */
const SWAPS: { [Name in Swap]: (target: Element, html: string, stage: Stage) => Element | null } = {
  outer: (target, html, stage) => stage.morph(target, html).element,
  inner: (target, html, stage) => stage.morph(target, html, true).element,
  before: (target, html, stage) => (stage.insert((content) => target.before(content), html), target),
  after: (target, html, stage) => (stage.insert((content) => target.after(content), html), target),
  prepend: (target, html, stage) => (stage.insert((content) => target.prepend(content), html), target),
  append: (target, html, stage) => (stage.insert((content) => target.append(content), html), target),
  delete: (target, _html, stage) => (stage.write(() => target.remove()), null),
  none: (target) => target,
};

async function swap(
  html: HTML | (Delete & typeof REMOVAL & { word: "HTML" }),
  scope: Scope,
  stage: Stage,
): Promise<void> {
  const strict = html.strict_targets ?? stage.strict;
  const target = html.target === null ? speaker(scope, strict, stage) : locate(html.target, scope, stage, strict);
  const present = target && (await replaceTarget(target, html, stage));
  if (!applyFocus(html.focus, present ?? scope, (selector) => find(selector, scope, stage))) {
    locate(html.focus!, scope, stage, strict);
  }
  if (!target) return;
  dispatch(place(present, stage), "live:swap:end", { swap: html.swap });
  await settle(present, html.settle_delay, stage);
  dispatch(place(present, stage), "live:settle:end", { swap: html.swap });
}

function speaker(scope: Scope, strict: boolean, stage: Stage): Element | null {
  if (scope) return scope;
  const message = "HTML without a target came from no component.";
  if (strict) throw new NotPerformed("target.missing", message);
  diagnose("target.missing", message, stage.window.document);
  return null;
}

const place = (element: Element | null, stage: Stage): EventTarget => (element?.isConnected ? element : stage.window);

async function replaceTarget(
  target: Element,
  html: Pick<HTML, "content" | "swap" | "swap_delay" | "transition">,
  stage: Stage,
): Promise<Element | null> {
  dispatch(target, "live:swap:start", { swap: html.swap });
  await during(target, "live-swapping", html.swap_delay, stage);
  let present: Element | null = target;
  const change = () => {
    present = SWAPS[html.swap](target, html.content, stage);
  };
  if (html.transition) await transition(target, change, stage);
  else change();
  return present;
}

async function settle(element: Element | null, delay: number | null, stage: Stage): Promise<void> {
  if (element) await during(element, "live-settling", delay, stage);
}

/** Keep a class on an element for a while; without a delay it would never be seen. */
async function during(element: Element, name: string, delay: number | null, stage: Stage): Promise<void> {
  if (!delay) return;
  stage.write(() => element.classList.add(name));
  await stage.wait(delay);
  stage.write(() => element.classList.remove(name));
}

type Transition = { finished: Promise<void>; updateCallbackDone: Promise<void> };

/** `change` as a view transition, where the browser knows them and the user has not asked for less motion. */
async function transition(target: Element, change: () => void, stage: Stage): Promise<void> {
  const document = stage.window.document as Document & { startViewTransition?(change: () => void): Transition };
  const still = stage.window.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
  if (!document.startViewTransition || still) return change();
  dispatch(target, "live:transition:start", {});
  const running = document.startViewTransition(change);
  await running.updateCallbackDone; // what went wrong in `change` comes out here
  await running.finished.catch(() => undefined);
  dispatch(place(target, stage), "live:transition:end", {});
}

// Toasts, errors, scripts -----------------------------------------------------------------------------------

const LEVELS: { [Color in Notify["color"]]: Level } = {
  blue: "info",
  green: "success",
  yellow: "warning",
  orange: "warning",
  red: "error",
};

/** A dictionary as message is a payload for a page that draws its own toasts: it is the detail as it is. */
function toast({ word: _, ...toast }: Toast, scope: Scope, stage: Stage): void {
  const { message } = toast;
  const payload = typeof message === "object" && message !== null && !Array.isArray(message);
  if (payload) showPayload({ ...(message as ToastDetail) }, stage);
  else showToast(toast, scope, stage);
}

/** It may hold what other users wrote, so nothing in it becomes markup, a link or something to perform. */
function showPayload(detail: ToastDetail, stage: Stage): void {
  if (!dispatch(stage.window, "live:toast", detail)) return;
  const { html: _, href: __, run: ___, ...told } = detail;
  stage.ui.toast(told);
}

function detailOfNotify({ message, color, action, action_label }: Notify): ToastDetail {
  return { message, color, level: LEVELS[color], title: null, sticky: false, timeout: null, action, action_label };
}

export function showToast(detail: ToastDetail, scope: Scope, stage: Stage): void {
  const { action } = detail;
  if (action?.word) {
    detail.action_label = detail.action_label ?? (action as { label?: string }).label ?? "Open";
    detail.run = () => stage.perform(action, scope);
  }
  if (dispatch(stage.window, "live:toast", detail)) stage.ui.toast(detail);
}

function showError({ word: _, ...error }: ErrorWord, scope: Scope, stage: Stage): void {
  if (!dispatch(scope ?? stage.window, "live:error", error)) return;
  const { message, action, action_label, html, title } = error;
  const detail: ToastDetail = { message, level: "error", title, sticky: false, timeout: null };
  showToast({ ...detail, action, action_label, html }, scope, stage);
}

async function loadScript(src: string, integrity: string | null, stage: Stage): Promise<void> {
  const url = stage.resolve(src, integrity !== null);
  if (!url) return;
  try {
    await stage.load(url.href, integrity);
  } catch (error) {
    const { message } = error as Error;
    diagnose("script.failed", message, stage.window.document);
    dispatch(stage.window, "live:script:error", { src });
    if (stage.strict) throw new NotPerformed("script.failed", message);
  }
}
