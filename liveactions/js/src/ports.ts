/**
 * What the rooms of the client need of one another, as interfaces. Nobody imports a neighbour's class: the
 * session is handed a `Ui` and `Signals`, the bindings are handed a `Caller`, and `index.ts` puts the parts together.
 */
import type { Result, Variant } from "./vocabulary";

/** Whose mistake it was. */
export type Fault = "page" | "application" | "network" | "server";

/** Why something was not done: a stable code, whose fault, one sentence for a person, data for a program. */
export interface Refusal {
  code: string;
  fault: Fault;
  message: string;
  detail: Record<string, unknown> | null;
}

/** How a call ended. `refusal` is there exactly when `ok` is false. */
export interface Outcome {
  ok: boolean;
  refusal?: Refusal;
}

/** What happened in the browser, as the server is told about it. */
export interface BrowserEvent {
  type: string;
  value?: unknown;
  checked?: boolean;
  key?: string;
  name?: string;
}

export interface CallOptions {
  /** What happened in the browser. */
  event?: BrowserEvent;
  /** The element that asked; loading states and events are told about it. */
  source?: Element;
  /**
   * The control, or the form, whose values are in the arguments: once the server has them they are no drafts any more,
   * and the next patch has the last word. Without it, whatever was typed stays.
   */
  sent?: Element;
  /** The lane the call runs in (bindings decide what a lane does; the session only reports it). */
  lane?: string;
  /** A name for loading states. */
  key?: string;
  /** The user has said yes to what the server asked (`confirm.required`). */
  confirmed?: boolean;
  /** Called as soon as the server has begun to answer, before anything of the answer is performed. */
  accepted?: () => void;
  /** Aborting it cancels the call: the server is told, and the outcome is the refusal `call.cancelled`. */
  signal?: AbortSignal;
}

/** What bindings need of the session. */
export interface Caller {
  /** The nearest component around an element (or the element itself). */
  componentOf(element: Element): { id: number; element: Element } | undefined;
  /** Run an action. Never rejects: a refusal is an outcome. */
  call(id: number, action: string, args: Record<string, unknown>, options?: CallOptions): Promise<Outcome>;
  /** Write bound fields. Never rejects. `options.sent` is the control that was written in. */
  set(id: number, values: Record<string, unknown>, options?: CallOptions): Promise<Outcome>;
}

export type Level = "info" | "success" | "warning" | "error";

/** The `detail` of `live:toast`. A dictionary given as the message of a Toast is the detail as it is. */
export interface ToastDetail {
  message?: unknown;
  level?: Level;
  title?: string | null;
  sticky?: boolean;
  /** Milliseconds; nil leaves it to the UI. */
  timeout?: number | null;
  /** A result to perform when the button is pressed. */
  action?: Result | null;
  action_label?: string | null;
  /** Whether the message is markup (of the server's making) rather than text. */
  html?: boolean;
  /** Performs `action`; there whenever `action` is. */
  run?: () => void;
  /** An address that the button leads to, in a tab of its own. */
  href?: string;
  /** Why something was not done: the text is the client's own, in the language of the page, if it has one for it. */
  code?: string;
  /** The toast is about a tab that the browser did not open; it says so if there is no message. */
  blocked?: boolean;
  [other: string]: unknown;
}

export interface Question {
  message: string;
  title?: string;
  ok?: string;
  cancel?: string;
  /** The colour of the first button. */
  variant?: Variant;
}

/** What is asked, or told so that it has to be read, in a modal dialog. */
export interface Asked {
  kind: "alert" | "confirm";
  message: string;
  title?: string | null;
  /** Whether the message is markup (of the server's making) rather than text. */
  html?: boolean;
  /** Of an alert: its icon. */
  level?: Level;
  /** Of a question: the colour of the first button. */
  variant?: Variant;
  /** Names of what can be chosen, with labels; the first is what Enter means. */
  choices: readonly (readonly [name: string, label?: string | null])[];
  /** Of a question whose answer the server waits for: what it is known by. */
  token?: string;
}

/** What was chosen. The dialog stays, and takes no other answer, until it is closed. */
export interface Given {
  /** null: nobody has to choose any more. */
  choice: string | null;
  close(): void;
}

/** Shows how far something is that takes a while. */
export interface Progress {
  /** From 0 to 1; null: nobody knows. `text` takes the place of what was said before. */
  show(part: number | null, text?: string): void;
  end(): void;
}

/**
 * `live`: connected and mounted. `connecting`: the first connection. `reconnecting`: the connection was lost and is
 * being made again. `offline`: the browser says there is no network. `stale`: the page has to be loaded again.
 * `closed`: ended for good.
 */
export type Status = "live" | "connecting" | "reconnecting" | "offline" | "stale" | "closed";

/** What the page shows by itself. Every method may be called at any time and never throws. */
export interface Ui {
  toast(detail: ToastDetail): void;
  confirm(question: Question): Promise<boolean>;
  /** An alert, or a question with choices; one at a time. */
  ask(asked: Asked): Promise<Given>;
  /** The question of this token was answered on another tab, or nobody waits for its answer any more. */
  withdraw?(token: string): void;
  /** Tell how far a download is. */
  downloading?(filename: string): Progress;
  /** Tell how far an action is, in the words of the server; without any, just that it runs. */
  progress?(text: string): Progress;
  status(state: Status): void;
  /** So many actions of the user wait for their answer. */
  waiting?(count: number): void;
  /** The page is back, and so many things have changed while it was away. */
  missed?(count: number): void;
  /** The page has slept, and what comes now is old; with `caught`, it has caught up. */
  awake?(caught: boolean): void;
  /** The traceback of an action that failed, in DEBUG. */
  overlay(refusal: Refusal): void;
}

/** Browser-side values: names with `$` go to the page-wide store, others to the component around `scope`. */
export interface Signals {
  patch(scope: Element | null, values: Record<string, unknown>): void;
  /** Show the values in HTML that has just come into the page. */
  apply(root: Element): void;
  /** The values as they stand: of the page (with null), or of the scope around an element. */
  read(scope: Element | null): Record<string, unknown>;
}

/** A way to the server: what the socket needs of a WebSocket. */
export interface Transport extends Pick<WebSocket, "binaryType" | "onopen" | "onmessage" | "onclose"> {
  readonly readyState: number;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
}

/** A part that listens to the document from `start()` to `stop()`. */
export interface Observer {
  start(): void;
  stop(): void;
}
