/** What an action failed with, for its developer: shown only when the server sent a traceback, which DEBUG decides. */
import type { Refusal } from "../ports";
import { freshId, icon, make, refocus } from "../ui/build";
import type { Strings } from "../ui/strings";

export class Overlay {
  #document: Document;
  #strings: Strings;
  #dialog: HTMLDialogElement | null = null;

  constructor(document: Document, strings: Strings) {
    this.#document = document;
    this.#strings = strings;
  }

  /** Show a refusal; a newer one takes the place of an older one. */
  show(refusal: Refusal): void {
    const opener = this.#document.activeElement;
    this.#dialog?.close();
    const dialog = this.#build(refusal);
    dialog.querySelector("button")!.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (this.#dialog === dialog) this.#dialog = null;
      refocus(opener);
    });
    this.#dialog = dialog;
    this.#document.body.append(dialog);
    dialog.showModal();
    // The last lines of a traceback are the ones that tell.
    const pre = dialog.querySelector("pre");
    if (pre) pre.scrollTop = pre.scrollHeight;
  }

  #build({ code, fault, message, detail }: Refusal): HTMLDialogElement {
    const document = this.#document;
    const heading = freshId();
    const traceback = detail?.["traceback"];
    return make(
      document,
      "dialog",
      { class: "live-dialog live-overlay", "aria-labelledby": heading, "live-ignore": "" },
      make(
        document,
        "header",
        {},
        make(document, "h2", { id: heading }, this.#strings.failed),
        make(document, "code", {}, `${code} · ${fault}`),
        make(
          document,
          "button",
          { type: "button", class: "live-toast-close", "aria-label": this.#strings.close },
          icon(document, "close"),
        ),
      ),
      make(document, "p", {}, message),
      typeof traceback === "string" && make(document, "pre", { tabindex: "0" }, traceback),
    );
  }
}
