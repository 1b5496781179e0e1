/**
 * A way to the server where WebSockets are blocked: an event stream down, posts up, with the face of a WebSocket, so that
 * the socket does not notice. A module of its own, which is fetched only by pages that need it.
 */
import { diagnose } from "./diagnostics";
import type { Transport } from "./ports";
import { SERVER_LIMITS } from "./wire/limits";
import { fromLine, toLine } from "./wire/lines";
import { read } from "./wire/reader";
import { write } from "./wire/writer";

/** Remembered for the pages that are opened in this tab later. */
export const BLOCKED = "liveactions.blocked";
/** Milliseconds until a WebSocket is tried again; doubled with every try, up to the last. */
export const TRIES = { first: 15_000, last: 600_000 };
/** Milliseconds that the first event may take once the stream is there. */
const FIRST = 3_000;
/** Characters of a post. Frames go together up to here, and one that is longer goes alone; the browser sees to it that a
 * post of this size arrives when its page is left. */
const POST = 16_000;
/** The line of `BYE`. */
const LEAVE = "[2]";

/** Opens streams in the place of WebSockets to `url`, and calls `better` when those are not blocked any more. */
export class Fallback {
  #url: string;
  #protocol: string;
  #window: Window & typeof globalThis;
  #better: () => void;
  #wait = TRIES.first;
  #timer: number | undefined;
  #stream: EventStream | null = null;

  constructor(url: string, protocol: string, window: Window & typeof globalThis, better: () => void) {
    this.#url = url;
    this.#protocol = protocol;
    this.#window = window;
    this.#better = better;
    window.addEventListener("pagehide", ({ persisted }) => persisted || this.#stream?.leave());
  }

  open(): Transport {
    return (this.#stream = new EventStream(this.#url, this.#protocol, this.#window, (open) => {
      this.#window.clearTimeout(this.#timer);
      if (open) this.#opened();
    }));
  }

  #opened(): void {
    this.#remember((storage) => storage.setItem(BLOCKED, "1"));
    this.#timer = this.#window.setTimeout(() => this.#try(), this.#wait);
    this.#wait = Math.min(TRIES.last, 2 * this.#wait);
  }

  /** Whether a WebSocket opens now. It is closed again at once: the page comes over one of its own. */
  #try(): void {
    const socket = new this.#window.WebSocket(this.#url, this.#protocol);
    socket.onopen = () => {
      socket.close(1000);
      this.#remember((storage) => storage.removeItem(BLOCKED));
      this.#better();
    };
    this.#timer = this.#window.setTimeout(() => {
      socket.onopen = null;
      socket.close();
      this.#try();
    }, this.#wait);
    this.#wait = Math.min(TRIES.last, 2 * this.#wait);
  }

  #remember(change: (storage: Storage) => void): void {
    try {
      change(this.#window.sessionStorage);
    } catch {
      // a browser that keeps nothing
    }
  }
}

class EventStream implements Transport {
  binaryType: BinaryType = "arraybuffer";
  readyState = 0;
  onopen: Transport["onopen"] = null;
  onmessage: Transport["onmessage"] = null;
  onclose: Transport["onclose"] = null;
  #base: string;
  #window: Window & typeof globalThis;
  #told: (open: boolean) => void;
  #abort: AbortController;
  #address = "";
  #lines: string[] = [];
  #posting = false;

  constructor(url: string, protocol: string, window: Window & typeof globalThis, told: (open: boolean) => void) {
    this.#base = url.replace(/^ws/, "http").replace(/\/?$/, "/");
    this.#window = window;
    this.#told = told;
    this.#abort = new window.AbortController();
    void this.#listen(protocol);
  }

  send(bytes: Uint8Array): void {
    this.#lines.push(toLine(read(bytes, SERVER_LIMITS))); // how much it may be, was seen when it was written
    void this.#post();
  }

  close(): void {
    this.#close();
  }

  /** The page is being left. Browsers end its stream a moment before they say so; then this is all that can be said. */
  leave(): void {
    if (this.#address && !this.#posting) void this.#request(LEAVE).catch(() => {});
  }

  /** False if it was closed before. */
  #close(): boolean {
    const open = this.readyState < 2;
    this.readyState = 3;
    this.#told(false);
    this.#abort.abort();
    return open;
  }

  #end(code: number): void {
    if (this.#close()) this.onclose?.call(this as never, { code } as CloseEvent);
  }

  async #listen(protocol: string): Promise<void> {
    const { fetch, document, setTimeout } = this.#window;
    try {
      const response = await fetch(`${this.#base}stream?${protocol}`, {
        headers: { Accept: "text/event-stream" },
        cache: "no-store",
        signal: this.#abort.signal,
      });
      setTimeout(() => {
        if (this.readyState === 0)
          diagnose("connection.blocked", "Something on the way holds the event stream back.", document);
      }, FIRST);
      await this.#read(response);
    } catch {
      // it ends below
    }
    this.#end(1006);
  }

  async #read({ headers, body }: Response): Promise<void> {
    if (!body || !headers.get("content-type")?.startsWith("text/event-stream")) return;
    const reader = body.getReader();
    const decoder = new TextDecoder();
    for (let text = ""; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = (text + decoder.decode(value, { stream: true })).split("\n\n");
      text = events.pop()!;
      for (const event of events) this.#hear(event);
    }
  }

  #hear(event: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(event)?.[1] ?? "";
    this.#ears[field("event")]?.(field("data"));
  }

  #ears: Record<string, (data: string) => void> = {
    open: (address) => {
      this.#address = address;
      this.readyState = 1;
      this.#told(true);
      this.onopen?.call(this as never, {} as Event);
    },
    "": (line) => {
      if (this.readyState > 1) return;
      const { buffer } = write(fromLine(line), SERVER_LIMITS);
      try {
        this.onmessage?.call(this as never, { data: buffer } as MessageEvent);
      } catch (error) {
        this.#window.reportError(error); // as with a WebSocket: the stream goes on
      }
    },
    close: (code) => this.#end(Number(code)),
  };

  /** Posts follow one another, so that frames keep their order whichever process each comes to. */
  async #post(): Promise<void> {
    if (this.#posting || this.readyState !== 1) return;
    this.#posting = true;
    while (this.#lines.length && this.readyState === 1) {
      const body = this.#next();
      try {
        const response = await this.#request(body);
        if (response.status === 204) continue;
        await this.#read(response);
      } catch {
        // whether it arrived is not known: the next stream finds out
      }
      this.#end(1006);
    }
    this.#posting = false;
  }

  #request(body: string): Promise<Response> {
    return this.#window.fetch(`${this.#base}frames`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson", "X-Live-Stream": this.#address },
      body,
      keepalive: body.length <= POST,
    });
  }

  /** The lines that go together. */
  #next(): string {
    let body = this.#lines.shift()!;
    while (this.#lines.length && body.length + this.#lines[0]!.length < POST) body += `\n${this.#lines.shift()!}`;
    return body;
  }
}
