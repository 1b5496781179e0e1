/** How calls end when the server does not say it, and how to read what it says. */
import type { Fault, Outcome, Refusal } from "./ports";
import { WORDS } from "./vocabulary";
import type { Item, WireRefusal } from "./wire/frames";

/** Refusals that the user of the page is told about; the others are for whoever wrote it. */
export const FOR_USERS: ReadonlySet<string> = new Set([
  "action.failed",
  "action.forbidden",
  "action.throttled",
  "bus.unavailable",
  "call.lost",
  "component.failed",
  "confirm.answered",
  "frame.too_large",
  "page.busy",
  "server.failed",
  "template.missing",
  "token.expired",
  "token.foreign",
]);

export function refused(code: string, fault: Fault, message: string): Outcome {
  return { ok: false, refusal: { code, fault, message, detail: null } };
}

export const cancelled = (message: string): Outcome => refused("call.cancelled", "page", message);
export const lost = (): Outcome =>
  refused("call.lost", "network", "The connection was lost before the answer came; whether it was done is not known.");
export const ended = (): Outcome =>
  refused("call.lost", "network", "The connection has ended. Reload the page.");
export const unmounted = (id: number): Outcome =>
  refused("component.unmounted", "page", `There is no component ${id} in the page.`);

const told = new WeakSet<Refusal>();

/** How a call ended, by its answer: the refusal, and the items that came with it. */
export function outcomeOf(wire: WireRefusal | null, items: readonly Item[]): Outcome {
  if (!wire) return { ok: true };
  const [code, fault, message, detail] = wire;
  const refusal: Refusal = { code, fault: fault as Fault, message, detail: detail ?? null };
  if (items.some(([, word]) => WORDS[word as number]?.[0] === "Error")) told.add(refusal);
  return { ok: false, refusal };
}

/** Whether the user has been told already, by an `Error` beside the refusal. */
export const isTold = (refusal: Refusal): boolean => told.has(refusal);
