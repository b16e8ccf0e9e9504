/**
 * Returns the offset of the first byte that cannot stand in UTF-8, or the length where there is none. One pass, by the
 * table of well-formed sequences (Unicode, table 3-7): a character that is cut off by the end is not a bad byte.
 */
export function firstBadByte(bytes: Uint8Array): number {
  let rest = 0;
  let lowest = 0x80;
  let highest = 0xbf;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (rest > 0) {
      if (byte < lowest || byte > highest) return at;
      lowest = 0x80;
      highest = 0xbf;
      rest -= 1;
    } else if (byte >= 0x80) {
      if (byte < 0xc2 || byte > 0xf4) return at;
      rest = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      if (byte === 0xe0) lowest = 0xa0;
      if (byte === 0xed) highest = 0x9f;
      if (byte === 0xf0) lowest = 0x90;
      if (byte === 0xf4) highest = 0x8f;
    }
  }
  return bytes.length;
}
