import type { TlsOptions } from '../../node/certificate.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import type { Option, Values } from '../option.ts';
import { oneOf, path } from '../value-types.ts';

/** The options of a server that may serve HTTPS. */
export const tlsOptions = {
  tls: {
    kind: 'single',
    type: oneOf(['self-signed']),
    default: undefined,
    summary: 'Serve HTTPS, with HTTP/2 and HTTP/1.1, with a certificate made at start.',
  },
  tlsCert: {
    kind: 'single',
    type: path('FILE'),
    default: undefined,
    summary: 'Serve HTTPS with this certificate (PEM); read again when it is replaced.',
  },
  tlsKey: { kind: 'single', type: path('FILE'), default: undefined, summary: 'The key of --tls-cert (PEM).' },
} as const satisfies Readonly<Record<string, Option>>;

/** The same for a server that speaks HTTP/1.1 only. */
export const plainTlsOptions = {
  ...tlsOptions,
  tls: { ...tlsOptions.tls, summary: 'Serve HTTPS with a certificate made at start.' },
} as const satisfies Readonly<Record<string, Option>>;

/** Returns how to serve HTTPS; undefined for HTTP. Throws `usage` for half a certificate, and for two. */
export function tlsOf({ tls, tlsCert, tlsKey }: Values<typeof tlsOptions>): TlsOptions | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return tls;
  if (tls !== undefined)
    throw tlsError('there are two certificates', 'Give --tls self-signed, or --tls-cert and --tls-key');
  if (tlsCert !== undefined && tlsKey !== undefined) return { certFile: tlsCert, keyFile: tlsKey };
  const missing = tlsCert === undefined ? '--tls-cert' : '--tls-key';
  throw tlsError(`${missing} is missing`, 'Give both --tls-cert and --tls-key');
}

function tlsError(reason: string, advice: string): ChatMockError {
  return new ChatMockError('usage', `Failed to serve HTTPS: ${reason}. ${advice}.`);
}
