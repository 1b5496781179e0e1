/** Text ↔ UTF-8, by the coders of the platform; short ASCII, as most text of frames is, takes less time without them. */
declare const TextEncoder: new () => { encodeInto(text: string, into: Uint8Array): { written: number } };
declare const TextDecoder: new (
  label: "utf-8",
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const SHORT = 24;

/** Put the UTF-8 of a text into `bytes`; returns how many they are. Half a surrogate pair becomes U+FFFD. */
export function encodeText(text: string, bytes: Uint8Array, at: number): number {
  let index = 0;
  if (text.length <= SHORT) {
    for (; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 127) break;
      bytes[at + index] = code;
    }
  }
  return index === text.length ? index : encoder.encodeInto(text, bytes.subarray(at)).written;
}

/** The text between two places of `bytes`, or null where they are not UTF-8. */
export function decodeText(bytes: Uint8Array, from: number, to: number): string | null {
  let text = "";
  if (to - from <= SHORT) {
    for (let at = from; at < to; at += 1) {
      const code = bytes[at]!;
      if (code > 127) break;
      text += String.fromCharCode(code);
    }
  }
  return text.length === to - from ? text : decodeUtf8(bytes.subarray(from, to));
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
