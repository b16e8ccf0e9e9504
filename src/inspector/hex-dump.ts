const ROW = 16;

/** A row of a hex dump. */
export interface HexRow {
  readonly offset: string;
  readonly hex: string;
  readonly text: string;
}

/** Rows of 16 bytes; `start` is where the bytes begin in their body. */
export function hexDump(bytes: Uint8Array, start: number): HexRow[] {
  const rows: HexRow[] = [];
  for (let at = 0; at < bytes.byteLength; at += ROW) {
    const part = [...bytes.subarray(at, at + ROW)];
    rows.push({
      offset: (start + at).toString(16).padStart(6, '0'),
      hex: part
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(' ')
        .padEnd(ROW * 3 - 1),
      text: part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join(''),
    });
  }
  return rows;
}

/** The text of bytes, with what cannot be seen made visible: line ends, control and direction characters. */
export function visibleText(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let shown = '';
  let at = 0;
  for (const character of text) {
    at += character.length;
    shown += visible(character, text[at] === '\n');
  }
  return shown;
}

function visible(character: string, isBeforeLineFeed: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '␊\n';
  if (character === '\r') return isBeforeLineFeed ? '␍' : '␍\n';
  if (code < 0x20) return String.fromCharCode(0x2400 + code); // The pictures of the control characters.
  return isUnseen(code) ? `\\u${code.toString(16).padStart(4, '0')}` : character;
}

/** What has no width, or changes the direction of what follows. */
function isUnseen(code: number): boolean {
  return (
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x2069) ||
    code === 0xfeff
  );
}
