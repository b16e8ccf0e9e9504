import { ChatMockError } from '../runtime/errors.ts';
import { escapeUnsafe } from './text.ts';

const NO_SUCH_ADDRESS = [
  'this machine has no such address',
  'Use --host 127.0.0.1, or 0.0.0.0 for all addresses of this machine.',
] as const;
const UNKNOWN_NAME = ['the name is not known', 'Use --host 127.0.0.1, or another address of this machine.'] as const;

/** Why the system refused, and what to do, by the code of its error. */
const explanations: Readonly<Record<string, readonly [reason: string, advice: string]>> = {
  EADDRINUSE: [
    'the port is in use',
    'Stop what uses it, name another with --port, or take any free one with --port 0.',
  ],
  EACCES: [
    'the system does not allow this port',
    'Name one from 1024 up with --port, or take any free one with --port 0.',
  ],
  EADDRNOTAVAIL: NO_SUCH_ADDRESS,
  EINVAL: NO_SUCH_ADDRESS,
  ENOTFOUND: UNKNOWN_NAME,
  EAI_AGAIN: UNKNOWN_NAME,
};

/** The system's refusal to listen as a sentence; any other error stays what it is. */
export function toListenError(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const explanation = explanations[String(error.code)];
  if (explanation === undefined) return error;
  const [reason, advice] = explanation;
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new ChatMockError('listen', `Failed to listen on ${escapeUnsafe(address)}: ${reason}. ${advice}`, {
    cause: error,
  });
}
