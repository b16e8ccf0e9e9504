import { type Header, header } from '../../contract/record/exchange.ts';
import { writeBody } from '../../contract/record/recording.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { type Imported, type ImportedExchange, type ImportSource, toTarget } from './source.ts';

/** A part of a connection as curl saw it. */
interface Part {
  readonly kind: 'Send header' | 'Send data' | 'Recv header' | 'Recv data';
  readonly atMs: number;
  readonly bytes: Buffer;
}

const EVENT = /^(?:(\d\d):(\d\d):(\d\d\.\d+) )?(==|=>|<=) (Info|Send header|Send data|Recv header|Recv data|.*)(?:,|:)/;
const HEX = /^[0-9a-f]{4,}: ((?:[0-9a-f]{2} ){1,16})/;
const DAY_MS = 86_400_000;

/** Reads the file that `curl --trace FILE --trace-time` writes: exact bytes and times, of one or more requests. */
export function importCurlTrace({ file, bytes }: ImportSource): Imported {
  const parts = readParts(Buffer.from(bytes).toString('latin1'));
  const notes: string[] = [];
  const groups: Part[][] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    const begins = part.kind === 'Send header' && !last?.every(({ kind }) => kind === 'Send header');
    if (begins || !last) groups.push([part]);
    else last.push(part);
  }
  const [first] = parts;
  let target: string | null = null;
  const exchanges = groups.flatMap((group): ImportedExchange[] => {
    const read = toExchange(group, first?.atMs ?? 0);
    if (!read) return [];
    const where = toTarget(read.url);
    if (!where) {
      notes.push(`${file}: a request for ${read.url.replace(/\?.*/s, '')} is not for the Chat API, and was left out.`);
      return [];
    }
    target ??= where.base;
    const { exchange } = read;
    if (read.hasNoTimes) notes.push(`${file} has no times (curl --trace-time), so its streams take the default pace.`);
    return [{ ...exchange, request: { ...exchange.request, target: where.target } }];
  });
  if (exchanges.length === 0)
    throw new ChatMockError(
      'input',
      `Failed to import ${file}: it holds no request for the Chat API. Write it with curl -N --trace FILE --trace-time.`,
    );
  return { exchanges, target, notes: [...new Set(notes)] };
}

function readParts(text: string): Part[] {
  const parts: { kind: Part['kind']; atMs: number; pieces: string[] }[] = [];
  let current: (typeof parts)[number] | null = null;
  let days = 0;
  let lastMs = 0;
  for (const line of text.split('\n')) {
    const event = EVENT.exec(line);
    if (event) {
      const [, hours, minutes, seconds, , name = ''] = event;
      let atMs = Number.NaN;
      if (hours !== undefined) {
        atMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + days * DAY_MS;
        // The clock of a trace begins again at midnight.
        if (atMs < lastMs - DAY_MS / 2) {
          days += 1;
          atMs += DAY_MS;
        }
        lastMs = atMs;
      }
      const kind = (['Send header', 'Send data', 'Recv header', 'Recv data'] as const).find(
        (one) => one === name.replace(/,.*/, ''),
      );
      current = kind ? { kind, atMs, pieces: [] } : null;
      if (current) parts.push(current);
      continue;
    }
    const hex = HEX.exec(line)?.[1];
    if (hex !== undefined) current?.pieces.push(hex.replaceAll(' ', ''));
  }
  return parts.map(({ kind, atMs, pieces }) => ({ kind, atMs, bytes: Buffer.from(pieces.join(''), 'hex') }));
}

interface ReadExchange {
  readonly url: string;
  readonly exchange: ImportedExchange;
  readonly hasNoTimes: boolean;
}

function toExchange(parts: readonly Part[], firstMs: number): ReadExchange | null {
  const textOf = (kind: Part['kind']) =>
    Buffer.concat(parts.filter((part) => part.kind === kind).map(({ bytes }) => bytes));
  const sent = readHead(textOf('Send header').toString('latin1'));
  const [method, path] = sent.first.split(' ');
  if (!method || !path) return null;
  const host = header(sent, 'host') ?? 'unknown.test';
  const startMs = parts[0]?.atMs ?? 0;
  const hasNoTimes = Number.isNaN(startMs);
  const since = (atMs: number) => (hasNoTimes ? 0 : Math.max(0, atMs - startMs));
  const sentBody = textOf('Send data');
  // Interim answers (1xx) come before the head that counts.
  const heads = textOf('Recv header')
    .toString('latin1')
    .split(/(?=^HTTP\/[\d.]+ \d{3})/m)
    .map(readHead);
  const head = heads.findLast(({ first }) => /^HTTP\/[\d.]+ [2-9]\d\d\b/.test(first));
  const answered = { headers: head?.headers ?? [] };
  const headersMs = since(parts.findLast(({ kind }) => kind === 'Recv header')?.atMs ?? startMs);
  const reads = parts
    .filter(({ kind }) => kind === 'Recv data')
    .map(({ atMs, bytes }) => ({ atMs: since(atMs), bytes }));
  const isChunked = /\bchunked\b/i.test(header(answered, 'transfer-encoding') ?? '');
  const dechunked = isChunked ? dechunk(reads) : null;
  const pieces = dechunked?.pieces ?? reads;
  const body = Buffer.concat(pieces.map(({ bytes }) => bytes));
  const isStream = /^text\/event-stream/.test(header(answered, 'content-type') ?? '');
  const length = Number(header(answered, 'content-length') ?? Number.NaN);
  const isCut = dechunked ? !dechunked.isWhole : body.length < length;
  const [, status = '', statusText = ''] = /^HTTP\/[\d.]+ (\d{3}) ?(.*)$/.exec(head?.first ?? '') ?? [];
  return {
    url: `http://${host}${path}`,
    hasNoTimes,
    exchange: {
      flow: null,
      start_ms: hasNoTimes ? 0 : Math.max(0, startMs - firstMs),
      request: {
        ...{ method, target: '/', headers: sent.headers.map(([name, value]): [string, string] => [name, value]) },
        body: sentBody.length > 0 ? writeBody(sentBody) : null,
      },
      response: head
        ? {
            ...{ status: Number(status), status_text: statusText },
            headers: head.headers.map(([name, value]): [string, string] => [name, value]),
            ...{ headers_ms: headersMs, body: writeBody(body) },
            chunks: pieces.map(({ atMs, bytes }) => [atMs, bytes.length]),
            ...(hasNoTimes && isStream && { has_no_times: true }),
          }
        : null,
      ending: head ? (isCut ? 'truncated' : 'complete') : 'not_connected',
      end_ms: reads.reduce((most, { atMs }) => Math.max(most, atMs), headersMs),
      ...{ reason: isCut ? 'the trace ends before the body does' : null, retries: 0, is_broken: false },
    },
  };
}

function readHead(text: string): { readonly first: string; readonly headers: readonly Header[] } {
  const [first = '', ...lines] = text.split(/\r?\n/);
  const headers = lines.flatMap((line): Header[] => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).trim()]] : [];
  });
  return { first, headers };
}

interface Read {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/**
 * The chunks within reads, each with the time of its last byte. Null if the reads are not chunks: newer versions of curl
 * write the body as it is.
 */
function dechunk(reads: readonly Read[]): { readonly pieces: readonly Read[]; readonly isWhole: boolean } | null {
  const all = Buffer.concat(reads.map(({ bytes }) => bytes));
  const ends: number[] = [];
  for (const { bytes } of reads) ends.push((ends.at(-1) ?? 0) + bytes.length);
  const pieces: Read[] = [];
  let read = 0;
  let at = 0;
  while (at < all.length) {
    const lineEnd = all.indexOf('\r\n', at);
    const [, digits] = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(all.toString('latin1', at, Math.max(lineEnd, at))) ?? [];
    if (digits === undefined) return pieces.length === 0 ? null : { pieces, isWhole: false };
    const size = Number.parseInt(digits, 16);
    if (size === 0) return { pieces, isWhole: true };
    const start = lineEnd + 2;
    const end = Math.min(start + size, all.length);
    while ((ends[read] ?? Infinity) < end) read += 1;
    pieces.push({ atMs: reads[read]?.atMs ?? 0, bytes: all.subarray(start, end) });
    at = end + 2;
  }
  return { pieces, isWhole: false };
}
