import { z } from 'zod';
import { writeBody } from '../../contract/record/recording.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { parseValue } from '../../runtime/parse-issue.ts';
import { type Imported, type ImportedExchange, type ImportSource, toTarget } from './source.ts';

const Pairs = z.array(z.looseObject({ name: z.string(), value: z.string() }));
/** What is read of a HAR file; browsers write much more. */
const Har = z.looseObject({
  log: z.looseObject({
    entries: z.array(
      z.looseObject({
        startedDateTime: z.string(),
        time: z.number().optional(),
        request: z.looseObject({
          method: z.string().min(1),
          url: z.string(),
          headers: Pairs,
          postData: z.looseObject({ text: z.string().optional() }).optional(),
        }),
        response: z.looseObject({
          status: z.int().max(999),
          statusText: z.string().optional(),
          headers: Pairs,
          content: z.looseObject({ text: z.string().optional(), encoding: z.string().optional() }).optional(),
        }),
        timings: z.looseObject({ wait: z.number().optional() }).optional(),
      }),
    ),
  }),
});
type Entry = z.infer<typeof Har>['log']['entries'][number];

/** Reads a HAR file, as browsers and Playwright write it: whole bodies without the times of their chunks. */
export function importHar({ file, bytes }: ImportSource): Imported {
  const { data, issues } = parseValue(Har, JSON.parse(Buffer.from(bytes).toString('utf8')), { worded: 1 });
  if (!data) {
    const [issue] = issues;
    const place = issue?.path.map(String).join('.') ?? '';
    throw new ChatMockError(
      'input',
      `Failed to import ${file}: it is not a HAR file, since ${place} ${issue?.message ?? 'is wrong'}. Save it again.`,
    );
  }
  const { entries } = data.log;
  // Not by spreading: a call has fewer arguments than a file may have entries.
  const startMs = entries
    .map(({ startedDateTime }) => Date.parse(startedDateTime))
    .filter(Number.isFinite)
    .reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  const notes: string[] = [];
  let others = 0;
  let target: string | null = null;
  const exchanges = entries.flatMap((entry): ImportedExchange[] => {
    const where = toTarget(entry.request.url);
    if (!where) {
      others += 1;
      return [];
    }
    target ??= where.base;
    const hasBody = entry.response.content?.text !== undefined;
    if (!hasBody && isStream(entry))
      notes.push(
        `${file}: the body of ${entry.request.method} ${where.target} is not in the file, since the page left the stream.`,
      );
    return [toExchange(entry, { target: where.target, startMs })];
  });
  if (others > 0) notes.push(`${file}: ${others} requests are not for the Chat API, and were left out.`);
  if (exchanges.some(({ response }) => response?.has_no_times))
    notes.push(`${file}: a HAR file has no times of chunks, so its streams take the default pace.`);
  return { exchanges, target, notes };
}

function isStream({ response }: Entry): boolean {
  return response.headers.some(
    ({ name, value }) => /^content-type$/i.test(name) && value.startsWith('text/event-stream'),
  );
}

function toExchange(
  entry: Entry,
  { target, startMs }: { readonly target: string; readonly startMs: number },
): ImportedExchange {
  const { request, response } = entry;
  const { text, encoding } = response.content ?? {};
  const body = Buffer.from(text ?? '', encoding === 'base64' ? 'base64' : 'utf8');
  const waitMs = Math.max(0, entry.timings?.wait ?? 0);
  const endMs = Math.max(waitMs, entry.time ?? 0);
  const isAnswered = response.status >= 100;
  const isLeft = isAnswered && text === undefined && isStream(entry);
  const isEncoded = response.headers.some(({ name }) => /^content-encoding$/i.test(name));
  return {
    flow: null,
    start_ms: Math.max(0, Date.parse(entry.startedDateTime) - startMs) || 0,
    request: {
      ...{ method: request.method, target, headers: pairsOf(request.headers) },
      body: request.postData?.text ?? null,
    },
    response: isAnswered
      ? {
          status: response.status,
          ...(response.statusText && { status_text: response.statusText }),
          ...{ headers: pairsOf(response.headers), headers_ms: waitMs, body: writeBody(body) },
          chunks: body.length > 0 ? [[endMs, body.length]] : [],
          ...(isStream(entry) && { has_no_times: true }),
          ...(isEncoded && { decoded: 'The file has the body without its content-encoding.' }),
        }
      : null,
    ...{ ending: isLeft ? 'we_left' : isAnswered ? 'complete' : 'not_connected', end_ms: endMs },
    ...{ reason: isLeft ? 'the page left the stream' : null, retries: 0, is_broken: false },
  };
}

/** HTTP/2 has headers of its own, such as `:path`. */
function pairsOf(list: z.infer<typeof Pairs>): [string, string][] {
  return list.filter(({ name }) => !name.startsWith(':')).map(({ name, value }) => [name, value]);
}
