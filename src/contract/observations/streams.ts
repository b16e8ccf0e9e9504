import { isStream, isWholeStream } from '../checks/select.ts';
import { type Exchange, type ExchangeResponse, header, sseOf } from '../record/exchange.ts';
import type { Observer } from './observer.ts';

/** The first stream that has frames. */
function streamOf(exchanges: readonly Exchange[]): ExchangeResponse | undefined {
  const found = exchanges.find((one) => isWholeStream(one) && one.response && sseOf(one.response).frames.length > 0);
  return found?.response ?? undefined;
}

function inStream(see: (response: ExchangeResponse) => unknown): Observer['see'] {
  return (exchanges) => {
    const response = streamOf(exchanges);
    return response && see(response);
  };
}

const linesOf = (response: ExchangeResponse) =>
  [...sseOf(response).frames, ...sseOf(response).others].flatMap(({ lines }) => lines);

/** Observes how streams are framed. */
export const streamObservers: readonly Observer[] = [
  {
    about: 'end of line in a stream',
    choice: 'sse_newline',
    see: inStream((response) => sseOf(response).newlines.join(' and ')),
  },
  {
    about: 'ids in a stream',
    choice: 'sse_ids',
    see: inStream((response) => linesOf(response).some(({ field }) => field === 'id')),
  },
  {
    about: 'retry in a stream',
    choice: 'sse_retry_ms',
    see: inStream((response) => {
      const retry = linesOf(response).find(({ field }) => field === 'retry');
      return retry ? Number(retry.value) : null;
    }),
  },
  {
    about: 'text of a comment in a stream',
    choice: 'sse_ping_text',
    see: inStream((response) => {
      const [comment] = [...sseOf(response).others, ...sseOf(response).frames].flatMap(({ comments }) => comments);
      return comment;
    }),
  },
  { about: 'byte order mark in a stream', choice: null, see: inStream((response) => sseOf(response).hasByteOrderMark) },
  {
    about: 'content type of a stream',
    choice: 'stream_content_type',
    see: inStream((response) => header(response, 'content-type')),
  },
  {
    about: 'cache-control of a stream',
    choice: 'stream_cache_control',
    see: inStream((response) => header(response, 'cache-control')),
  },
  {
    about: 'x-accel-buffering of a stream',
    choice: 'stream_accel_buffering',
    see: inStream((response) => header(response, 'x-accel-buffering')),
  },
  {
    about: 'the connection after a stream',
    choice: 'stream_connection',
    see: inStream((response) => (header(response, 'connection')?.toLowerCase() === 'close' ? 'close' : 'keep_alive')),
  },
  {
    about: 'encoding of a stream',
    choice: 'stream_compression',
    see: inStream((response) => header(response, 'content-encoding') ?? 'none'),
  },
  {
    about: 'proxies on the way',
    choice: null,
    see: (exchanges) =>
      exchanges
        .filter(isStream)
        .map(({ response }) => response && header(response, 'via'))
        .find(Boolean) ?? undefined,
  },
];
