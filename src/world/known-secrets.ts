import { REDACTED } from '../runtime/secret-names.ts';

/** A shorter text could occur in ordinary text. */
const SHORTEST = 8;

/** The keys a server was started with, in every spelling in which a journal or a log could show them. */
export class KnownSecrets {
  readonly #spellings: readonly string[];

  constructor(secrets: Iterable<string>) {
    this.#spellings = [...new Set([...secrets].filter(({ length }) => length >= SHORTEST).flatMap(spell))];
  }

  isIn(text: string): boolean {
    return this.#spellings.some((spelling) => text.includes(spelling));
  }

  /** Returns the text with every secret replaced. */
  redact(text: string): string {
    let shown = text;
    for (const spelling of this.#spellings) if (shown.includes(spelling)) shown = shown.replaceAll(spelling, REDACTED);
    return shown;
  }
}

/** As it is, percent-encoded, inside JSON, and in base64 wherever it begins there, as in `user:key` of Basic. */
function spell(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const encoded = [0, 1, 2].map((before) => {
    const text = btoa(String.fromCharCode(...new Uint8Array(before), ...bytes));
    // The first characters hold bits of what is before the secret, the last ones of what is after it.
    return text
      .slice([0, 2, 3][before])
      .replace(/=+$/, '')
      .slice(0, (bytes.length + before) % 3 === 0 ? undefined : -1);
  });
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    ...encoded,
    ...encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}
