/** What the client shows by itself. All of it can be replaced: by events that can be cancelled, or by another `Ui`. */
import type { Asked, Question, Refusal, Status, ToastDetail, Ui } from "../ports";
import { Confirm } from "./confirm";
import { StatusPill } from "./status";
import { stringsOf, type Strings } from "./strings";
import { Toasts } from "./toasts";

export type { ConfirmDetail } from "./confirm";
export type { Strings } from "./strings";

export interface UiOptions {
  /** Texts that replace the English ones, all or some. */
  strings?: Partial<Strings>;
  /** Fetches what shows a traceback; without it, none is shown. */
  overlay?: () => Promise<new (document: Document, strings: Strings) => { show(refusal: Refusal): void }>;
}

export function createUi(document: Document, options: UiOptions = {}): Ui {
  const strings = stringsOf(document, options.strings);
  const toasts = new Toasts(document, strings);
  const confirm = new Confirm(document, strings);
  const status = new StatusPill(document, strings);
  let kept: ReturnType<typeof fetched> | undefined;
  const fetched = async () => options.overlay && new (await options.overlay())(document, strings);
  const overlay = () => (kept ??= fetched());
  return {
    toast: (detail: ToastDetail) => toasts.show(detail),
    confirm: (question: Question) => confirm.confirm(question),
    ask: (asked: Asked) => confirm.ask(asked),
    withdraw: (token: string) => confirm.withdraw(token),
    downloading: (filename: string) => toasts.progress(strings.downloading.replace("{filename}", () => filename)),
    progress: (text: string) => toasts.progress(text || strings.working),
    status: (state: Status) => status.set(state),
    waiting: (count: number) => status.waiting(count),
    missed: (count: number) => status.missed(count),
    awake: (caught: boolean) => toasts.collect(!caught),
    overlay: (refusal: Refusal) => void overlay().then((one) => one?.show(refusal)),
  };
}
