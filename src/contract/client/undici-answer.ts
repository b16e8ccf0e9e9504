import type { Ending, Header } from '../record/exchange.ts';

/** The headers of an answer as undici shows them: a flat list of names and values. */
export function readRawHeaders(raw: readonly (Buffer | string)[] | Record<string, unknown>): Header[] {
  if (!Array.isArray(raw)) return [];
  const texts = raw.map((part: Buffer | string) => (typeof part === 'string' ? part : part.toString('latin1')));
  return texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? ''] as const] : []));
}

/** What the failure of an answer says about how its connection ended. `hasHead`: whether its headers had come. */
export function explainFailure(
  error: Error & { readonly code?: string; readonly reason?: string },
  hasHead: boolean,
): { readonly ending: Ending; readonly reason: string } {
  const reason = error.code?.startsWith('ERR_SSL')
    ? `the TLS handshake failed (${error.reason ?? error.code}); a server without TLS has an http:// URL`
    : error.message;
  switch (error.code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return { ending: 'not_connected', reason };
    case 'ECONNRESET':
    case 'EPIPE':
      return { ending: 'reset', reason };
    case 'UND_ERR_HEADERS_OVERFLOW':
      return { ending: 'too_much', reason: 'its headers are longer than 16 KiB, which clients refuse' };
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return { ending: 'truncated', reason };
    default:
      if (error.name === 'HTTPParserError') return { ending: 'not_http', reason };
      return { ending: hasHead ? 'truncated' : 'not_connected', reason };
  }
}
