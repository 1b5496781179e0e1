/**
 * Bytes ↔ frames. One frame is one msgpack array, kind first; values are nil, booleans, integers up to 2⁵³−1,
 * finite floats, strings, byte strings, arrays and maps with string keys. Anything else is refused, in both directions.
 */
import { fromArray, toArray, type PageFrame, type ServerFrame } from "./frames";
import { PAGE_LIMITS, SERVER_LIMITS, type Limits } from "./limits";
import { read } from "./reader";
import { write } from "./writer";

export { PAGE_LIMITS, type Limits };

/** The bytes of a frame of this page. Raises `FrameRefused` when it holds what may not travel or is over a limit. */
export function encode(frame: PageFrame, limits: Limits = PAGE_LIMITS): Uint8Array<ArrayBuffer> {
  return write(toArray("page", frame), limits);
}

/** The frame in a message of the server. Raises `FrameRefused`. */
export function decode(bytes: Uint8Array): ServerFrame {
  return fromArray("server", read(bytes, SERVER_LIMITS)) as ServerFrame;
}
