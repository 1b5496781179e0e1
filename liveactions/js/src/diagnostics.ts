/**
 * What went wrong, told to whoever can mend it: a stable code, whose fault it is, and a sentence, in the console and
 * as the event `live:diagnostic` on the window. Users of the page are told by other means (toasts, the status).
 */
import { dispatch } from "./events";
import type { Fault } from "./ports";

export interface Diagnostic {
  code: string;
  fault: Fault;
  message: string;
  element: Element | null;
}

/** Whose fault, by the first part of the code; every other code is the application's. */
const FAULTS: Readonly<Record<string, Fault>> = {
  frame: "server",
  word: "server",
  connection: "network",
  version: "server",
};

/** Codes that report a trouble; the others (a hint on how the page is written) are warnings. */
const ERRORS = /^(frame|word|result|script|hook\.failed|url|mount|call|policy)/;

/** Tell about `code`; `message` says what was seen and what to do. `where` is the element it is about. */
export function diagnose(code: string, message: string, where: Element | Document | null = null): void {
  const element = where && "ownerDocument" in where && where.nodeType === 1 ? (where as Element) : null;
  const fault = FAULTS[code.split(".")[0]!] ?? "application";
  const log = ERRORS.test(code) ? console.error : console.warn;
  log(`liveactions [${code}, fault of the ${fault}] ${message}`, ...(element ? [element] : []));
  const document = element?.ownerDocument ?? (where as Document | null) ?? globalThis.document;
  dispatch(document?.defaultView, "live:diagnostic", { code, fault, message, element } satisfies Diagnostic);
}
