const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/**
 * Bytes to text as Python's `json.loads` does it: the encoding is guessed from the first four bytes, a byte
 * order mark is taken away, lone surrogates pass. Null where the bytes are not of that encoding.
 */
export function decodeJsonBytes(bytes: Uint8Array): string | null {
  const { encoding, markSize } = detectEncoding(bytes);
  const content = markSize === 0 ? bytes : bytes.subarray(markSize);
  if (encoding === 'utf-8') return decodeUtf8(content);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const isLittle = encoding.endsWith('le');
  return encoding.startsWith('utf-16') ? decodeUtf16(view, isLittle) : decodeUtf32(view, isLittle);
}

/** `json.detect_encoding` in its own order. */
function detectEncoding(bytes: Uint8Array): { readonly encoding: Encoding; readonly markSize: number } {
  // Not destructured: each request would pay for an iterator.
  const first = bytes[0] ?? -1;
  const second = bytes[1] ?? -1;
  const third = bytes[2] ?? -1;
  const fourth = bytes[3] ?? -1;
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return { encoding: 'utf-32be', markSize: 4 };
  if (first === 0xff && second === 0xfe && third === 0 && fourth === 0) return { encoding: 'utf-32le', markSize: 4 };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', markSize: 2 };
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', markSize: 2 };
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf-8', markSize: 3 };
  if (bytes.length >= 4) {
    if (first === 0) return { encoding: second === 0 ? 'utf-32be' : 'utf-16be', markSize: 0 };
    if (second === 0) return { encoding: third === 0 && fourth === 0 ? 'utf-32le' : 'utf-16le', markSize: 0 };
  } else if (bytes.length === 2) {
    if (first === 0) return { encoding: 'utf-16be', markSize: 0 };
    if (second === 0) return { encoding: 'utf-16le', markSize: 0 };
  }
  return { encoding: 'utf-8', markSize: 0 };
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeWithSurrogates(bytes);
  }
}

/** UTF-8 in which surrogates may stand (ED A0..BF 80..BF), as Python's `surrogatepass` lets them. */
function decodeWithSurrogates(bytes: Uint8Array): string | null {
  const units = new CodeUnits(bytes.length);
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const size = sequenceSize(lead);
    if (size === 0 || at + size > bytes.length) return null;
    let codePoint = size === 1 ? lead : lead & (0x7f >> size);
    for (let next = at + 1; next < at + size; next += 1) {
      const byte = bytes[next] ?? 0;
      if ((byte & 0xc0) !== 0x80) return null;
      codePoint = (codePoint << 6) | (byte & 0x3f);
    }
    // Written longer than need be, or beyond Unicode.
    if ((size === 3 && codePoint < 0x800) || (size === 4 && codePoint < 0x10000) || codePoint > 0x10ffff) return null;
    units.push(codePoint);
    at += size;
  }
  return units.toString();
}

/** 0: no sequence begins with this byte. */
function sequenceSize(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

function decodeUtf16(view: DataView, isLittle: boolean): string | null {
  if (view.byteLength % 2 !== 0) return null;
  const units = new CodeUnits(view.byteLength / 2);
  for (let at = 0; at < view.byteLength; at += 2) units.push(view.getUint16(at, isLittle));
  return units.toString();
}

function decodeUtf32(view: DataView, isLittle: boolean): string | null {
  if (view.byteLength % 4 !== 0) return null;
  const units = new CodeUnits(view.byteLength / 2);
  for (let at = 0; at < view.byteLength; at += 4) {
    const codePoint = view.getUint32(at, isLittle);
    if (codePoint > 0x10ffff) return null;
    units.push(codePoint);
  }
  return units.toString();
}

/** How many arguments a call takes without trouble. */
const UNITS_A_CALL = 8192;

/** A text in the making. A string for each code unit would cost far more. */
class CodeUnits {
  readonly #units: Uint16Array;
  #count = 0;

  constructor(capacity: number) {
    this.#units = new Uint16Array(capacity);
  }

  push(codePoint: number): void {
    if (codePoint > 0xffff) {
      this.#units[this.#count++] = 0xd7c0 + (codePoint >> 10);
      this.#units[this.#count++] = 0xdc00 | (codePoint & 0x3ff);
    } else this.#units[this.#count++] = codePoint;
  }

  toString(): string {
    const parts: string[] = [];
    for (let start = 0; start < this.#count; start += UNITS_A_CALL) {
      const end = Math.min(start + UNITS_A_CALL, this.#count);
      parts.push(String.fromCharCode(...this.#units.subarray(start, end)));
    }
    return parts.join('');
  }
}
