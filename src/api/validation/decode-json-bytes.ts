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
  const [first = -1, second = -1, third = -1, fourth = -1] = bytes;
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
  const parts: string[] = [];
  let start = 0;
  try {
    for (let at = bytes.indexOf(0xed); at !== -1; at = bytes.indexOf(0xed, at + 1)) {
      const [, second = 0, third = 0] = bytes.subarray(at, at + 3);
      if (second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) continue;
      parts.push(strictDecoder.decode(bytes.subarray(start, at)));
      parts.push(String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f)));
      start = at + 3;
    }
    parts.push(strictDecoder.decode(bytes.subarray(start)));
  } catch {
    return null;
  }
  return parts.join('');
}

function decodeUtf16(view: DataView, isLittle: boolean): string | null {
  if (view.byteLength % 2 !== 0) return null;
  const parts: string[] = [];
  for (let at = 0; at < view.byteLength; at += 2) parts.push(String.fromCharCode(view.getUint16(at, isLittle)));
  return parts.join('');
}

function decodeUtf32(view: DataView, isLittle: boolean): string | null {
  if (view.byteLength % 4 !== 0) return null;
  const parts: string[] = [];
  for (let at = 0; at < view.byteLength; at += 4) {
    const codePoint = view.getUint32(at, isLittle);
    if (codePoint > 0x10ffff) return null;
    parts.push(String.fromCodePoint(codePoint));
  }
  return parts.join('');
}
