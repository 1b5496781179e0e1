/** Asking the user: a modal dialog with two buttons, one question at a time. */
import { emit } from "../events";
import type { Question } from "../ports";
import { freshId, make, refocus } from "./build";
import type { Strings } from "./strings";

/** The `detail` of `live:confirm`. Who prevents the event asks the user itself and answers with `respond`. */
export interface ConfirmDetail extends Question {
  respond(yes: boolean): void;
}

export class Confirm {
  #document: Document;
  #strings: Strings;
  #last: Promise<unknown> = Promise.resolve();
  #asking = 0;

  constructor(document: Document, strings: Strings) {
    this.#document = document;
    this.#strings = strings;
  }

  /** True for yes, false for no and for Escape. A question waits for the one before it. */
  ask(question: Question): Promise<boolean> {
    const opener = this.#document.activeElement;
    const answer = this.#asking++ ? this.#last.then(() => this.#ask(question, opener)) : this.#ask(question, opener);
    this.#last = answer.finally(() => this.#asking--);
    return answer;
  }

  #ask(question: Question, opener: Element | null): Promise<boolean> {
    return new Promise<boolean>((resolve) => {
      const detail: ConfirmDetail = { ...question, respond: resolve };
      if (emit(this.#document, "live:confirm", detail, true)) this.#open(question, opener, resolve);
    });
  }

  #open(question: Question, opener: Element | null, resolve: (yes: boolean) => void): void {
    const dialog = this.#build(question);
    let yes = false;
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      yes = (event as SubmitEvent).submitter?.getAttribute("value") !== "cancel";
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      refocus(opener);
      resolve(yes);
    });
    this.#document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[value=ok]")!.focus();
  }

  #build({ message, title, ok, cancel }: Question): HTMLDialogElement {
    const document = this.#document;
    const [heading, text] = [freshId(), freshId()];
    const button = (value: "ok" | "cancel", label = this.#strings[value]) =>
      make(document, "button", { class: `live-button live-button-${value}`, type: "submit", value }, label);
    const form = make(
      document,
      "form",
      { method: "dialog" },
      make(document, "h2", { id: heading }, title || this.#strings.confirm),
      make(document, "p", { id: text }, message),
      make(document, "div", { class: "live-buttons" }, button("cancel", cancel), button("ok", ok)),
    );
    const attributes = { class: "live-dialog live-confirm", "aria-labelledby": heading, "aria-describedby": text };
    return make(document, "dialog", { ...attributes, role: "alertdialog", "live-ignore": "" }, form);
  }
}
