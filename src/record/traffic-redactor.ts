import { placeholder, type RecordedExchange } from '../contract/record/recording.ts';
import { createRedactor, type Redactor } from '../contract/record/redact.ts';
import { rewriteBodies } from './rewrite-bodies.ts';
import { isSecretPair, type NameRule, type Place, secretPlaces } from './secret-places.ts';

/** Takes secrets out of exchanges before they are written, and counts them. */
export interface TrafficRedactor {
  /** Returns the exchange without secrets, every length as it was, and how many places were hidden. */
  conceal(exchange: RecordedExchange): { readonly exchange: RecordedExchange; readonly hidden: number };
}

/** Names that hide their value in every recording. */
const ALWAYS = ['organization_id'];
/** Of the secrets that were seen once, so many are looked for everywhere else. */
const MOST_KNOWN = 200;
const SHORTEST_KNOWN = 8;

/** Creates a redactor; `names` are hidden in addition to those that look secret, in any case and spelling. */
export function createTrafficRedactor(names: readonly string[]): TrafficRedactor {
  const hiddenNames = new Set([...ALWAYS, ...names].map(toPlainName));
  const isNamed: NameRule = (name) => hiddenNames.has(toPlainName(name));
  const known = new Set<string>();
  let redactor: Redactor = createRedactor([]);
  const learn = (values: readonly string[]) => {
    const fresh = values.filter((value) => value.length >= SHORTEST_KNOWN && !known.has(value));
    if (fresh.length === 0 || known.size >= MOST_KNOWN) return;
    for (const value of fresh) known.add(value);
    redactor = createRedactor([...known]);
  };
  return {
    conceal: (exchange) => {
      let hidden = 0;
      const { request, response } = exchange;
      learn([...request.headers, ...(response?.headers ?? [])].flatMap((pair) => secretsOf(pair, isNamed)));
      const text = (given: string) => {
        const places = mergePlaces([...secretPlaces(given, isNamed), ...redactor.rangesIn(given)]);
        hidden += places.length;
        return hide(given, places);
      };
      const headers = (list: readonly (readonly [string, string])[]) =>
        list.map(([name, value]): [string, string] => {
          if (!isSecretHeader(name, value, isNamed)) return [name, text(value)];
          hidden += 1;
          const [scheme = ''] = /^[\w-]{1,20} (?=\S)/.exec(value) ?? [];
          return [name, `${scheme}${placeholder(value.length - scheme.length)}`];
        });
      const body = (bytes: Uint8Array) => {
        // As Latin-1 text, in which each byte is one character.
        const plain = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
        const after = text(plain);
        return after === plain ? bytes : Buffer.from(after, 'latin1');
      };
      const shown: RecordedExchange = {
        ...exchange,
        session_id: exchange.session_id && hide(exchange.session_id, redactor.rangesIn(exchange.session_id)),
        reason: exchange.reason && text(exchange.reason),
        request: { ...request, target: text(request.target), headers: headers(request.headers) },
        response: response && { ...response, headers: headers(response.headers) },
      };
      const whole = rewriteBodies(shown, { request: body, response: body, has: 'secrets' });
      return { exchange: whole, hidden };
    },
  };
}

/** `organizationId`, `Organization-Id` and `organization_id` are the same name. */
function toPlainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

const SECRET_HEADER = /^(?:proxy-)?authorization$|^(?:set-)?cookie2?$/i;

function isSecretHeader(name: string, value: string, isNamed: NameRule): boolean {
  return SECRET_HEADER.test(name) || isSecretPair(name, value, isNamed);
}

/** The secrets of a header: the token after its scheme, the values of its cookies. */
function secretsOf([name, value]: readonly [string, string], isNamed: NameRule): string[] {
  if (!isSecretHeader(name, value, isNamed)) return [];
  if (!/cookie/i.test(name)) return [value.replace(/^[\w-]{1,20} +(?=\S)/, '')];
  const pairs = /^set-/i.test(name) ? value.split(';', 1) : value.split(';');
  return pairs.map((pair) => pair.replace(/^[^=]*=/, '').trim());
}

function mergePlaces(places: readonly Place[]): Place[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (end <= start) continue;
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

function hide(text: string, places: readonly Place[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of mergePlaces(places)) {
    const secret = text.slice(start, end);
    // A number stays one.
    parts.push(
      text.slice(from, start),
      isBareNumber(text, { start, end }) ? secret.replaceAll(/\d/g, '1') : placeholder(end - start),
    );
    from = end;
  }
  return from === 0 ? text : parts.join('') + text.slice(from);
}

function isBareNumber(text: string, { start, end }: Place): boolean {
  return /^-?\d[\d.eE+-]*$/.test(text.slice(start, end)) && /[:[,\s]$/.test(text.slice(Math.max(0, start - 1), start));
}
