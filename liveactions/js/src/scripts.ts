/** Module scripts, each loaded once. */
import { scriptUrl } from "./trusted";

export class Scripts {
  #document: Document;
  #nonce: string;
  #loads = new Map<string, Promise<void>>();

  /** `nonce` is the page's CSP nonce, or "". */
  constructor(document: Document, nonce: string) {
    this.#document = document;
    this.#nonce = nonce;
  }

  /** Resolves when the script has run. Rejects when it could not be loaded; it may be tried again. */
  load(src: string, integrity: string | null): Promise<void> {
    const known = this.#loads.get(src);
    if (known) return known;
    const load = this.#present(src) ? Promise.resolve() : this.#insert(src, integrity);
    this.#loads.set(src, load);
    load.catch(() => this.#loads.delete(src));
    return load;
  }

  #present(src: string): boolean {
    return [...this.#document.querySelectorAll<HTMLScriptElement>("script[type=module][src]")].some(
      (script) => script.src === src,
    );
  }

  #insert(src: string, integrity: string | null): Promise<void> {
    const script = this.#document.createElement("script");
    script.type = "module";
    if (this.#nonce) script.nonce = this.#nonce;
    if (integrity) Object.assign(script, { integrity, crossOrigin: "anonymous" });
    return new Promise((resolve, reject) => {
      script.onload = () => resolve();
      script.onerror = () => {
        script.remove();
        reject(new Error(`The script ${src} could not be loaded.`));
      };
      script.src = scriptUrl(src, this.#document);
      this.#document.head.append(script);
    });
  }
}
