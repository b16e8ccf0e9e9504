import { InvalidArgumentError, NotSupportedError } from './errors.ts';

/** Why Node's `fetch` does not send a request with these headers, which its connection sets itself; null: it does. */
export function refuseUnsendable(headers: Headers): Error | null {
  for (const name of ['transfer-encoding', 'keep-alive', 'upgrade']) {
    if (headers.has(name)) return new InvalidArgumentError(`invalid ${name} header`);
  }
  const connection = headers.get('connection');
  if (connection !== null && !/^(?:close|keep-alive)$/i.test(connection)) {
    return new InvalidArgumentError('invalid connection header');
  }
  const length = headers.get('content-length');
  if (length !== null && Number.isNaN(Number.parseInt(length, 10))) {
    return new InvalidArgumentError('invalid content-length header');
  }
  return headers.has('expect') ? new NotSupportedError('expect header not supported') : null;
}
