/** How calls end when the server does not say it, and how to read what it says. */
import type { Fault, Outcome } from "./ports";
import type { WireRefusal } from "./wire/frames";

/** Refusals that the user of the page is told about; the others are for whoever wrote it. */
export const FOR_USERS: ReadonlySet<string> = new Set([
  "action.failed",
  "action.forbidden",
  "action.throttled",
  "bus.unavailable",
  "call.lost",
  "component.failed",
  "page.busy",
  "server.failed",
  "template.missing",
]);

export function refused(code: string, fault: Fault, message: string): Outcome {
  return { ok: false, refusal: { code, fault, message, detail: null } };
}

export const cancelled = (message: string): Outcome => refused("call.cancelled", "page", message);
export const lost = (): Outcome =>
  refused("call.lost", "network", "The connection was lost before the answer came; whether it was done is not known.");
export const ended = (): Outcome =>
  refused("call.lost", "network", "The connection to the server has ended. Reload the page.");
export const unmounted = (id: number): Outcome =>
  refused("component.unmounted", "page", `There is no component ${id} in the page.`);

export function outcomeOf(refusal: WireRefusal | null): Outcome {
  if (!refusal) return { ok: true };
  const [code, fault, message, detail] = refusal;
  return { ok: false, refusal: { code, fault: fault as Fault, message, detail: detail ?? null } };
}
