import { REDACTED } from '../../runtime/secret-names.ts';
import { placeholder, type RecordedExchange, readBody, writeBody } from './recording.ts';
import { createRedactor, type Redactor, redactHeaders } from './redact.ts';

/** Takes known secrets out of an exchange before it is written to a file. Every length stays as it was. */
export function concealSecrets(
  exchange: RecordedExchange,
  { redactor, values }: { readonly redactor: Redactor; readonly values: readonly string[] },
): RecordedExchange {
  const { request, response } = exchange;
  const text = (given: string) => conceal(given, redactor);
  const headers = (list: readonly (readonly [string, string])[]): [string, string][] =>
    redactHeaders(list).map(([name, value], index) => [name, schemeOf(list[index]) + text(value)]);
  // A cookie that a flow sends by itself is not a secret, and the report shows it; the caller's own is one, however short.
  const isShown = ([name, value]: readonly [string, string]) =>
    /^cookie$/i.test(name) && !values.some((own) => own !== '' && value.includes(own));
  const sent = headers(request.headers).map((header, index): [string, string] => {
    const before = request.headers[index];
    return before && isShown(before) ? [before[0], text(before[1])] : header;
  });
  const body = (given: RecordedExchange['request']['body']) => given && concealBody(given, redactor);
  return {
    ...exchange,
    session_id: exchange.session_id && text(exchange.session_id),
    reason: exchange.reason && redactor.text(exchange.reason),
    request: {
      ...request,
      target: text(request.target),
      headers: sent,
      body: body(request.body),
    },
    response: response && {
      ...response,
      headers: headers(response.headers),
      body: concealBody(response.body, redactor),
    },
  };
}

/** The redactor of what is reported of a recording: a secret is shown there as it is in the report of the run itself. */
export function createReplayRedactor(): Redactor {
  const redactor = createRedactor([]);
  const tidy = (text: string) => (text.includes(REDACTED) ? text.replace(/\[redacted\]~+/g, REDACTED) : text);
  const tidyValue = (given: unknown): unknown => {
    if (typeof given === 'string') return tidy(given);
    if (Array.isArray(given)) return given.map(tidyValue);
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [tidy(key), tidyValue(inner)]));
  };
  return {
    ...redactor,
    text: (text) => tidy(redactor.text(text)),
    value: <Value>(given: Value) => tidyValue(redactor.value(given)) as Value, // Only texts change.
  };
}

/** `Bearer ` of a header that is hidden: which scheme it was is not a secret, and is what a check is about. */
function schemeOf(header: readonly [string, string] | undefined): string {
  const [name = '', value = ''] = header ?? [];
  if (!/^(proxy-)?authorization$/i.test(name)) return '';
  return /^[\w-]{1,20} (?=\S)/.exec(value)?.[0] ?? '';
}

function conceal(text: string, { rangesIn }: Redactor): string {
  let shown = '';
  let from = 0;
  for (const { start, end } of rangesIn(text)) {
    if (start >= from) shown += text.slice(from, start) + placeholder(end - start);
    from = Math.max(from, end);
  }
  return from === 0 ? text : shown + text.slice(from);
}

/** Byte by byte, as Latin-1 text: a secret that is looked for in it is found in its UTF-8 bytes, too. */
function concealBody(
  body: NonNullable<RecordedExchange['request']['body']>,
  redactor: Redactor,
): NonNullable<RecordedExchange['request']['body']> {
  const text = Buffer.from(readBody(body)).toString('latin1');
  const shown = conceal(text, redactor);
  return shown === text ? body : writeBody(Buffer.from(shown, 'latin1'));
}
