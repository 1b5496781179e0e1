/** Handing files to the browser: by their address, or from bytes, which may come in pieces. */
import { diagnose } from "./diagnostics";
import { dispatch } from "./events";
import type { Progress, Ui } from "./ports";

/** A file of which pieces are still to come. */
interface Coming {
  filename: string;
  mimetype: string;
  total: number;
  loaded: number;
  pieces: Uint8Array[];
  progress: Progress | undefined;
}

/** Bytes from which on the user is shown how far it is. */
const LARGE = 256 * 1024;
/** Milliseconds that the browser has for taking up a file, before its address is given back. */
const TAKEN = 60_000;

export class Downloads {
  #window: Window & typeof globalThis;
  #ui: Ui;
  #coming = new Map<number, Coming>();

  constructor(window: Window & typeof globalThis, ui: Ui) {
    this.#window = window;
    this.#ui = ui;
  }

  /** Have the browser fetch and save `url`; its address should be of this origin, or the name is the server's. */
  fetch(url: string, filename: string): void {
    const { document } = this.#window;
    const link = document.createElement("a");
    link.href = url;
    link.download = filename;
    link.hidden = true;
    // A modal dialog makes the rest of the page inert; nobody but a script clicks this.
    document.body.append(link);
    link.click();
    link.remove();
  }

  save(filename: string, mimetype: string, pieces: Uint8Array[]): void {
    const { URL, Blob } = this.#window;
    const url = URL.createObjectURL(new Blob(pieces as Uint8Array<ArrayBuffer>[], { type: mimetype }));
    this.fetch(url, filename);
    this.#window.setTimeout(() => URL.revokeObjectURL(url), TAKEN);
  }

  /** `total` bytes will come as pieces that name `id`. */
  begin(id: number, filename: string, mimetype: string, total: number): void {
    const progress = total >= LARGE ? this.#ui.downloading?.(filename) : undefined;
    this.#coming.set(id, { filename, mimetype, total, loaded: 0, pieces: [], progress });
    this.#tell(id);
  }

  add(id: number, piece: Uint8Array): void {
    const coming = this.#coming.get(id);
    if (!coming) {
      diagnose("download.unknown", `Download ${id} has not begun.`, this.#window.document);
      return;
    }
    coming.pieces.push(piece);
    coming.loaded += piece.length;
    this.#tell(id);
  }

  /** The session is another one: what has not come will not come. */
  reset(): void {
    for (const { progress } of this.#coming.values()) progress?.end();
    this.#coming.clear();
  }

  #tell(id: number): void {
    const { filename, mimetype, loaded, total, pieces, progress } = this.#coming.get(id)!;
    dispatch(this.#window, "live:download:progress", { id, filename, loaded, total });
    progress?.show(loaded / total);
    if (loaded < total) return;
    this.#coming.delete(id);
    progress?.end();
    this.save(filename, mimetype, pieces);
  }
}
