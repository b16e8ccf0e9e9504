/** Takes secrets out of whatever is told: keys that were given, and tokens that were learned on the way. */
export interface Redactor {
  learn(secret: unknown): void;
  text(text: string): string;
  /** Every text in a value, however deep. */
  value<Value>(value: Value): Value;
}

const SHOWN = '[redacted]';
/** What is shorter cannot be told from ordinary text. */
const SHORTEST = 6;
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization', 'x-api-key']);

/** Creates a redactor for the given secrets. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = new Set<string>();
  const learn = (secret: unknown) => {
    if (typeof secret !== 'string' || secret.length < SHORTEST) return;
    known.add(secret);
    known.add(encodeURIComponent(secret));
    known.add(JSON.stringify(secret).slice(1, -1));
  };
  for (const secret of secrets) learn(secret);
  const text = (given: string) => {
    let clean = given;
    for (const secret of known) clean = clean.replaceAll(secret, SHOWN);
    return clean;
  };
  const value = (given: unknown): unknown => {
    if (typeof given === 'string') return text(given);
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, value(inner)]));
  };
  return { learn, text, value: <Value>(given: Value) => value(given) as Value }; // Only texts change.
}

/** Headers without those that hold secrets by their nature. */
export function redactHeaders(headers: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  return headers.map(([name, value]) => [name, SECRET_HEADERS.has(name.toLowerCase()) ? SHOWN : value] as const);
}
