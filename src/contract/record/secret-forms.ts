/** How a key can come back from a server; the escapes of single characters are undone before it is looked for. */
export interface SecretForms {
  readonly whole: readonly string[];
  /** Base64 of the key within a longer text: bits of it are in the characters beside them, too. */
  readonly within: readonly string[];
}

/** Returns the forms of a key, some of which may be too short to look for. */
export function formsOf(key: string): SecretForms {
  const bytes = Buffer.from(key);
  const decoded = Buffer.from(key, 'base64');
  const whole = [
    key,
    key.split('').reverse().join(''),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    // `Basic KEY` makes a server decode the key as if it were base64, and name what comes out as the unknown user.
    decoded.toString('latin1'),
    decoded.toString('utf8'),
    // The bytes of characters beyond ASCII, one by one, as percent-encoding shows them.
    bytes.toString('latin1'),
  ];
  return { whole, within: [0, 1, 2].flatMap((shift) => base64Within(bytes, shift)) };
}

/**
 * The key's base64 inside that of a longer text, such as `user:KEY`, of which so many bytes (modulo 3) come before: only
 * the characters that no neighbour of the key has a part in.
 */
function base64Within(bytes: Buffer, shift: number): string[] {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  const own = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
}
