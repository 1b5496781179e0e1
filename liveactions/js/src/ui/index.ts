/** What the client shows by itself. All of it can be replaced: by events that can be cancelled, or by another `Ui`. */
import type { Asked, Question, Refusal, Status, ToastDetail, Ui } from "../ports";
import { Confirm } from "./confirm";
import { Overlay } from "./overlay";
import { StatusPill } from "./status";
import { stringsOf, type Strings } from "./strings";
import { Toasts } from "./toasts";

export type { ConfirmDetail } from "./confirm";
export type { Strings } from "./strings";

export interface UiOptions {
  /** Texts that replace the English ones, all or some. */
  strings?: Partial<Strings>;
}

export function createUi(document: Document, options: UiOptions = {}): Ui {
  const strings = stringsOf(document, options.strings);
  const toasts = new Toasts(document, strings);
  const confirm = new Confirm(document, strings);
  const status = new StatusPill(document, strings);
  const overlay = new Overlay(document, strings);
  return {
    toast: (detail: ToastDetail) => toasts.show(detail),
    confirm: (question: Question) => confirm.confirm(question),
    ask: (asked: Asked) => confirm.ask(asked),
    withdraw: (token: string) => confirm.withdraw(token),
    downloading: (filename: string) => toasts.progress(strings.downloading.replace("{filename}", () => filename)),
    progress: (text: string) => toasts.progress(text || strings.working),
    status: (state: Status) => status.set(state),
    overlay: (refusal: Refusal) => overlay.show(refusal),
  };
}
