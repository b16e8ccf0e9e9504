import type { Ending } from '../../scenario/endings.ts';

/** The error of a `fetch` without an answer, as Node words it. */
export function fetchFailed(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause: cause instanceof Error ? cause : new Error(String(cause)) });
}

/** The error of an abort that has no reason of its own. */
export function aborted(): DOMException {
  return new DOMException('The operation was aborted.', 'AbortError');
}

/** The error of a connection that ended early, as Node's `fetch` reports it: a TypeError with the code in its cause. */
export function connectionLost(message: 'fetch failed' | 'terminated', how: Exclude<Ending, 'hang'>): TypeError {
  const cause =
    how === 'reset'
      ? Object.assign(new Error('read ECONNRESET'), { errno: -104, code: 'ECONNRESET', syscall: 'read' })
      : new SocketError('other side closed');
  return new TypeError(message, { cause });
}

/** An error of undici, which Node's `fetch` is built on; clients test for its name and code. */
class SocketError extends Error {
  override readonly name = 'SocketError';
  readonly code = 'UND_ERR_SOCKET';
}

/** Undici's error of a header that a caller must not set. */
export class InvalidArgumentError extends Error {
  override readonly name = 'InvalidArgumentError';
  readonly code = 'UND_ERR_INVALID_ARG';
}

/** Undici's error of a header whose feature it lacks. */
export class NotSupportedError extends Error {
  override readonly name = 'NotSupportedError';
  readonly code = 'UND_ERR_NOT_SUPPORTED';
}

/** Undici's error of an upload whose length is not what its header promises. */
export class RequestContentLengthMismatchError extends Error {
  override readonly name = 'RequestContentLengthMismatchError';
  readonly code = 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH';
}
