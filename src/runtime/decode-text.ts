import type { Problem } from './errors.ts';

const NEWLINE = 0x0a;
const lossyDecoder = new TextDecoder();

/** The text of a file, or why its bytes are not UTF-8. */
export type DecodedText = { readonly text: string } | { readonly problem: Omit<Problem, 'file'> };

/** Decodes the bytes of a file a person wrote. UTF-8 only; a byte order mark is removed, another encoding is named. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const encoding = detectWide(bytes);
  if (encoding !== null) return { problem: { line: 1, column: 1, message: `is ${encoding}; save the file as UTF-8` } };
  const text = decodeStrictly(bytes);
  if (text !== null) return { text };
  return {
    problem: {
      ...findBadByte(bytes),
      message: 'is not UTF-8; it looks like Latin-1 or Windows-1252, so save the file as UTF-8',
    },
  };
}

/** Decodes UTF-8 with U+FFFD for what is not, so that the rest can still be shown. */
export function decodeLossily(bytes: Uint8Array): string {
  return lossyDecoder.decode(bytes);
}

/** UTF-16 and UTF-32 by their byte order mark, or by the zero bytes of a first character that is ASCII. */
function detectWide(bytes: Uint8Array): string | null {
  const [first = 1, second = 1, third = 1, fourth = 1] = bytes;
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? 'UTF-32' : 'UTF-16';
  if (first === 0xfe && second === 0xff) return 'UTF-16';
  if (first === 0 && second === 0) return 'UTF-32';
  if (second === 0 && third === 0 && fourth === 0) return 'UTF-32';
  return (first === 0) !== (second === 0) ? 'UTF-16' : null;
}

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null; // The caller says where.
  }
}

function findBadByte(bytes: Uint8Array): { readonly line: number; readonly column: number } {
  let start = 0;
  for (let line = 1; ; line++) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found < 0 ? bytes.length : found;
    const part = bytes.subarray(start, end);
    if (decodeStrictly(part) === null) return { line, column: decodeLossily(part).indexOf('\uFFFD') + 1 };
    if (found < 0) return { line, column: 1 };
    start = end + 1;
  }
}
