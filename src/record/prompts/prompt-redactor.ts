import { STATUS_CODES } from 'node:http';
import type { RecordedExchange } from '../../contract/record/recording.ts';
import { rewriteBodies } from '../rewrite-bodies.ts';
import { hideStream } from './hide-stream.ts';
import { createTextHider, type TextHider } from './hide-texts.ts';
import { isPlainValue } from './known-keys.ts';
import { decodeLossless, encodeLossless } from './lossless-utf8.ts';
import { createPseudonyms } from './pseudonyms.ts';

/** Replaces what people wrote in exchanges by pseudonyms before they are written, and counts it. */
export interface PromptRedactor {
  /** Returns the exchange with pseudonyms, every length as it was, and how many texts were replaced. */
  conceal(exchange: RecordedExchange): { readonly exchange: RecordedExchange; readonly replaced: number };
}

/** Headers that hold nothing of a chat. The values of all others are replaced. */
const PLAIN_HEADER =
  /^(?:content-(?:type|length|encoding|language)|date|server|via|user-agent|accept(?:-[a-z-]+)?|host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|cache-control|expires|pragma|age|vary|etag|last-modified|if-[a-z-]+|retry-after|x-accel-[a-z-]+|(?:x-)?rate-?limit-[a-z-]+|(?:x-)?(?:request|correlation|trace)-id|traceparent|allow|access-control-[a-z-]+|strict-transport-security|x-content-type-options|x-frame-options|alt-svc|sec-[a-z-]+|origin|(?:www|proxy)-authenticate|(?:proxy-)?authorization|set-cookie|cookie|idempotency-key|last-event-id|priority)$/i;
/** Parameters of a query whose values are numbers or words of the API. */
const PLAIN_PARAMETER = /^(?:page_size|limit|offset|order|sort)$/;
const API_SEGMENT = /^(?:|api|v\d+|chat|messages|stream|summary|title|health|docs|openapi\.json)$/;
const STREAM = /^(?:\ufeff)?(?:(?:event|data|id|retry):|:)/;

/** Creates a redactor whose pseudonyms are its own: those of another one differ. */
export function createPromptRedactor(replaceWords = createPseudonyms()): PromptRedactor {
  return {
    conceal: (exchange) => {
      const hider = createTextHider(replaceWords);
      const { request, response } = exchange;
      const shown = rewriteBodies(
        {
          ...exchange,
          request: {
            ...request,
            target: hideTarget(request.target, { hider, isKnown: exchange.operation !== null }),
            headers: hideHeaders(request.headers, hider),
          },
          response: response && {
            ...response,
            ...(response.status_text !== undefined && { status_text: hideReason(response, hider) }),
            headers: hideHeaders(response.headers, hider),
          },
        },
        {
          request: inText((text) => hider.json(text)),
          response: inText((text) => (STREAM.test(text) ? hideStream(text, hider) : hider.json(text))),
          has: 'texts that were replaced',
        },
      );
      return { exchange: shown, replaced: hider.replaced };
    },
  };
}

function inText(hide: (text: string) => string) {
  return (bytes: Uint8Array): Uint8Array => {
    const text = decodeLossless(bytes);
    const hidden = hide(text);
    return hidden === text ? bytes : encodeLossless(hidden);
  };
}

function hideHeaders(headers: readonly (readonly [string, string])[], hider: TextHider): [string, string][] {
  return headers.map(([name, value]) => [name, PLAIN_HEADER.test(name) ? value : hider.text(value)]);
}

function hideReason({ status, status_text: text = '' }: NonNullable<RecordedExchange['response']>, hider: TextHider) {
  return text === STATUS_CODES[status] ? text : hider.text(text);
}

/** The path of an operation has nothing but the id of its session. */
function hideTarget(target: string, { hider, isKnown }: { readonly hider: TextHider; readonly isKnown: boolean }) {
  const [path = '', ...rest] = target.split('?');
  const segments = path
    .split('/')
    .map((segment) => (isKnown || API_SEGMENT.test(segment) ? segment : hider.text(segment)));
  const query = rest
    .join('?')
    .split('&')
    .map((pair) => hidePair(pair, hider));
  return segments.join('/') + (rest.length > 0 ? `?${query.join('&')}` : '');
}

function hidePair(pair: string, hider: TextHider): string {
  const [name = '', ...rest] = pair.split('=');
  if (rest.length === 0) return hider.text(pair);
  const value = rest.join('=');
  const isPlain = PLAIN_PARAMETER.test(name) || isPlainValue({ key: name, value, isCall: false });
  return `${name}=${isPlain ? value : hider.text(value)}`;
}
