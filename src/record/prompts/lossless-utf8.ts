const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** A byte that is not UTF-8 becomes a lone surrogate, which no UTF-8 has. */
const FIRST_LONE = 0xdc00;
/** Characters of UTF-8 (RFC 3629, section 4), a byte each; else a single byte. */
const CHARACTERS =
  /(?:[\0-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}){1,4096}|[\s\S]/g;

/** Decodes UTF-8 so that `encodeLossless` gives the same bytes again, also where some are not UTF-8. */
export function decodeLossless(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      .toString('latin1')
      .replaceAll(CHARACTERS, (run) => {
        const decoded = Buffer.from(run, 'latin1').toString('utf8');
        return decoded.includes('\ufffd') && run.length === 1
          ? String.fromCharCode(FIRST_LONE + run.charCodeAt(0))
          : decoded;
      });
  }
}

/** Encodes what `decodeLossless` has decoded. */
export function encodeLossless(text: string): Uint8Array {
  const parts = text.split(/([\udc80-\udcff])/u);
  if (parts.length === 1) return Buffer.from(text);
  return Buffer.concat(
    parts.map((part, index) => (index % 2 === 1 ? Buffer.of(part.charCodeAt(0) - FIRST_LONE) : Buffer.from(part))),
  );
}
