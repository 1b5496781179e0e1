/** The codec of the other role: what plays the server reads the frames of a page and writes its own. */
import { PAGE_LIMITS } from "../../src/wire/codec";
import { fromArray, toArray, type PageFrame, type ServerFrame } from "../../src/wire/frames";
import { SERVER_LIMITS, type Limits } from "../../src/wire/limits";
import { read } from "../../src/wire/reader";
import { write } from "../../src/wire/writer";

export function encodeServer(frame: ServerFrame): Uint8Array<ArrayBuffer> {
  return write(toArray("server", frame), SERVER_LIMITS);
}

export function decodePage(bytes: Uint8Array, limits: Limits = PAGE_LIMITS): PageFrame {
  return fromArray("page", read(bytes, limits)) as PageFrame;
}
