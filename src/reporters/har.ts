import type { ExchangeReport, Report } from '../contract/verdict/report.ts';
import type { Reporter } from './reporter.ts';
import { writeJson } from './write-json.ts';

const ENTRY_INDENT = ' '.repeat(6);

/**
 * HAR 1.2, for any viewer. What HAR cannot say of a stream stands beside it: `_chunks` is the cassette (how many bytes
 * came when), `_ending` how the connection ended.
 */
export const har: Reporter = async function* (events, { toolVersion }) {
  const log = { version: '1.2', creator: { name: 'chat-mock', version: toolVersion }, entries: [] };
  const [head = '', tail = ''] = JSON.stringify({ log }, null, 2).split('[]');
  yield `${head}[`;
  let runStartMs: number | null = null;
  // What asks for the edition comes before the run has started.
  let early: ExchangeReport[] = [];
  let coverage: Report['coverage'] | null = null;
  let isFirst = true;
  for await (const event of events) {
    if (event.type === 'started') runStartMs = Date.parse(event.started_at);
    if (event.type === 'finished') {
      coverage = event.report.coverage;
      runStartMs ??= Date.parse(event.report.started_at);
    }
    if (event.type === 'exchange') early.push(event.exchange);
    if (runStartMs === null) continue;
    for (const exchange of early) {
      yield isFirst ? `\n${ENTRY_INDENT}` : `,\n${ENTRY_INDENT}`;
      yield* writeJson(toEntry(exchange, runStartMs), ENTRY_INDENT);
      isFirst = false;
    }
    early = [];
  }
  yield `${isFirst ? '' : '\n    '}],\n    "_coverage": ${JSON.stringify(coverage)}${tail}\n`;
};

function toEntry(exchange: ExchangeReport, runStartMs: number) {
  const waitMs = exchange.headers_ms ?? exchange.end_ms;
  const httpVersion = exchange.http_version === '2' ? 'HTTP/2' : 'HTTP/1.1';
  const type = exchange.response_headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return {
    startedDateTime: new Date(runStartMs + exchange.started_ms).toISOString(),
    time: exchange.end_ms,
    request: {
      method: exchange.method,
      url: exchange.url,
      httpVersion,
      cookies: [],
      headers: toPairs(exchange.request_headers),
      queryString: [...new URL(exchange.url).searchParams].map(([name, value]) => ({ name, value })),
      ...(exchange.request_body !== null && {
        postData: { mimeType: 'application/json', text: exchange.request_body },
      }),
      headersSize: -1,
      bodySize: exchange.request_body === null ? 0 : new TextEncoder().encode(exchange.request_body).length,
    },
    response: {
      status: exchange.status ?? 0,
      statusText: '',
      httpVersion,
      cookies: [],
      headers: toPairs(exchange.response_headers),
      content: {
        size: exchange.response_body_bytes,
        mimeType: type,
        text: exchange.response_body,
        ...(exchange.is_cut && { comment: 'The beginning of it; the rest was left out.' }),
      },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: waitMs, receive: Math.max(0, exchange.end_ms - waitMs) },
    _flow: exchange.flow,
    _operation: exchange.operation,
    _ending: exchange.ending,
    _retries: exchange.retries,
    _chunks: exchange.chunks,
  };
}

function toPairs(headers: readonly (readonly [string, string])[]) {
  return headers.map(([name, value]) => ({ name, value }));
}
