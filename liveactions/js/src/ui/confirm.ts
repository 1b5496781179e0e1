/** Asking the user, and telling what has to be read: a modal dialog with buttons, one at a time. */
import { dispatch } from "../events";
import type { Asked, Given, Question } from "../ports";
import { content, freshId, icon, make, refocus } from "./build";
import type { Strings } from "./strings";

/**
 * The `detail` of `live:confirm` and `live:alert`. Who prevents the event asks the user itself and answers with
 * `respond`: true for the first choice, false for the one that says no, or the name of one.
 */
export interface ConfirmDetail extends Asked {
  /** Of `live-confirm`: what the page says the buttons are called. */
  ok?: string;
  cancel?: string;
  respond(answer: boolean | string): void;
}

/** What Escape means, the first of these that can be chosen. */
const REFUSALS = ["cancel", "no"];

export class Confirm {
  #document: Document;
  #strings: Strings;
  /** Resolves when the last of those that were asked is closed. */
  #last: Promise<unknown> = Promise.resolve();
  #open = 0;
  /** How to take back what was asked, by its token. */
  #withdrawals = new Map<string | undefined, () => void>();

  constructor(document: Document, strings: Strings) {
    this.#document = document;
    this.#strings = strings;
  }

  /** True for yes, false for no and for Escape. */
  async confirm(question: Question): Promise<boolean> {
    const { ok = null, cancel = null } = question;
    const choices = [
      ["ok", ok],
      ["cancel", cancel],
    ] as const;
    const { choice, close } = await this.ask({ ...question, kind: "confirm", choices });
    close();
    return choice === "ok";
  }

  /** Ask, after whatever was asked before. */
  ask(asked: Asked): Promise<Given> {
    const opener = this.#document.activeElement;
    const before = this.#last;
    const waits = this.#open++ > 0;
    const { token } = asked;
    let closed = (): void => undefined;
    this.#last = new Promise<void>((resolve) => (closed = resolve)).then(() => {
      this.#open--;
      this.#withdrawals.delete(token);
    });
    return new Promise((resolve) => {
      let end = (): void => void (begin = closed);
      let begin = (): void => void (end = this.#begin(asked, opener, resolve, closed));
      this.#withdrawals.set(token, () => {
        resolve({ choice: null, close: closed });
        end();
      });
      if (waits) void before.then(() => begin());
      else begin();
    });
  }

  withdraw(token: string): void {
    this.#withdrawals.get(token)?.();
  }

  /** Returns how to end it without an answer. */
  #begin(asked: Asked, opener: Element | null, resolve: (given: Given) => void, closed: () => void): () => void {
    const refusal = refusalOf(asked);
    const respond = (answer: boolean | string) => {
      const choice = answer === true ? asked.choices[0]![0] : answer === false ? (refusal ?? "") : answer;
      resolve({ choice, close: closed });
    };
    const told: ConfirmDetail = { ...asked, respond };
    if (!dispatch(this.#document, `live:${asked.kind}`, told)) return closed;
    return this.#show(asked, refusal, opener, resolve, closed);
  }

  #show(
    asked: Asked,
    refusal: string | null,
    opener: Element | null,
    resolve: (given: Given) => void,
    closed: () => void,
  ): () => void {
    const dialog = this.#build(asked);
    let isGiven = false;
    const give = (choice: string) => {
      if (isGiven) return;
      isGiven = true;
      dialog.setAttribute("aria-busy", "true");
      for (const button of dialog.querySelectorAll("button")) button.disabled = true;
      resolve({ choice, close: () => dialog.close() });
    };
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      give((event as SubmitEvent).submitter?.getAttribute("value") ?? asked.choices[0]![0]);
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (refusal !== null) give(refusal);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      refocus(opener);
      // A browser may close a dialog in spite of everything (Escape twice).
      give(refusal ?? asked.choices[0]![0]);
      closed();
    });
    this.#document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector<HTMLElement>(".live-button-first")!.focus();
    return () => dialog.close();
  }

  #build({ kind, message, title, html, level, variant, choices }: Asked): HTMLDialogElement {
    const document = this.#document;
    const [heading, text] = [freshId(), freshId()];
    const buttons = choices.map(([name, label], index) => {
      const first = index ? "" : " live-button-first";
      const known = this.#strings[name as "ok"] as string | undefined;
      const attributes = { class: `live-button${first}`, type: "submit", value: name };
      return make(document, "button", attributes, label || known || this.#strings.open);
    });
    const form = make(
      document,
      "form",
      { method: "dialog" },
      make(
        document,
        "h2",
        { id: heading },
        kind === "alert" && icon(document, level ?? "info"),
        title || this.#strings[kind === "alert" ? (level ?? "info") : "confirm"],
      ),
      make(document, html ? "div" : "p", { id: text, class: "live-message" }, content(document, message, html)),
      make(document, "div", { class: "live-buttons" }, ...buttons.reverse()),
    );
    return make(
      document,
      "dialog",
      {
        class: `live-dialog live-ask live-${kind}`,
        role: "alertdialog",
        "aria-labelledby": heading,
        "aria-describedby": text,
        "data-level": level ?? null,
        "data-variant": variant ?? null,
        "live-ignore": "",
      },
      form,
    );
  }
}

/** The choice that Escape makes: the one that says no, or the only one, or the OK of an alert. */
function refusalOf({ kind, choices }: Asked): string | null {
  const names = choices.map(([name]) => name);
  const refusal = REFUSALS.find((name) => names.includes(name));
  return refusal ?? (kind === "alert" || names.length === 1 ? names[0]! : null);
}
