/** The other side of the socket: speaks to a client in the same process, frame by frame. */
import type { PageFrame, PageFields, ServerFrame } from "../../src/wire/frames";
import { decodePage, encodeServer } from "./codec";

type Sent = PageFrame[];

export class FakeSocket {
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    return FakeSocket.all[FakeSocket.all.length - 1]!;
  }

  binaryType = "";
  readyState = 0;
  sent: Sent = [];
  closedWith: number | null = null;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    FakeSocket.all.push(this);
  }

  send(bytes: Uint8Array): void {
    this.sent.push(decodePage(bytes));
  }

  close(code: number): void {
    this.closedWith = code;
    this.readyState = 3;
  }

  // What the other side does ------------------------------------------------------------------------------

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(frame: ServerFrame): void {
    const bytes = encodeServer(frame);
    this.onmessage?.({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
  }

  raw(bytes: Uint8Array<ArrayBuffer>): void {
    this.onmessage?.({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
  }

  cut(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  /** The frames of one kind that came from the page. */
  got<Name extends keyof PageFields>(kind: Name): Extract<PageFrame, { kind: Name }>[] {
    return this.sent.filter((frame) => frame.kind === kind) as unknown as Extract<PageFrame, { kind: Name }>[];
  }
}

/** Plays a server that knows one session: counts offsets, answers numbered frames. */
export class Server {
  offset = 0;

  get socket(): FakeSocket {
    return FakeSocket.last;
  }

  /** Accept the connection. */
  welcome(fields: Partial<Extract<ServerFrame, { kind: "WELCOME" }>> = {}): void {
    this.socket.open();
    this.socket.say({
      kind: "WELCOME",
      token: "t1",
      recovered: false,
      offset: this.offset,
      number: 0,
      heartbeat: 10_000,
      page: "p1",
      ...fields,
    });
  }

  answer(call: number, items: unknown[] = [], refusal: unknown = null): void {
    this.socket.say({ kind: "ANSWER", stream: 0, offset: ++this.offset, call, items, refusal } as ServerFrame);
  }

  apply(items: unknown[], call: number | null = null): void {
    this.socket.say({ kind: "APPLY", stream: 0, offset: ++this.offset, items, call } as ServerFrame);
  }
}
