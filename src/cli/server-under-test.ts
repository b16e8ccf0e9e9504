import { ChatMockError, causeMessageOf } from '../runtime/errors.ts';
import { escapeUnsafe } from '../runtime/escape.ts';
import type { Started } from './child-process.ts';
import type { Io } from './io.ts';

/** Between two tries to reach a server. */
const BETWEEN_MS = 100;
/** How long another server at the same URL has to show itself. */
const ANOTHER_MS = 2000;

interface Waiting {
  readonly io: Pick<Io, 'wait' | 'load'>;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts a server by a command line and waits until it answers. Throws ChatMockError `usage` if another one answers at
 * the URL already, `unreachable` if it ends or does not answer in time; then it is stopped again.
 */
export async function startServer(
  line: string,
  { url, ...waiting }: Waiting & { readonly url: string },
): Promise<Started> {
  if ((await tryToReach(url, AbortSignal.timeout(ANOTHER_MS))) === null)
    throw new ChatMockError(
      'usage',
      `Failed to start the server: ${escapeUnsafe(url)} is answered already, so the new one would not be checked. Stop the other one, or leave out --start.`,
    );
  const { startChild } = await waiting.io.load.childProcess();
  const started = startChild(line, { env: {} });
  const gaveUp = new AbortController();
  try {
    const ended = started.ended.then((code) => {
      throw new ChatMockError(
        'unreachable',
        `Failed to start the server: "${escapeUnsafe(line)}" ended with ${code} before ${escapeUnsafe(url)} was answered. See what it wrote, above.`,
      );
    });
    ended.catch(() => {}); // It ends later too, when it is stopped.
    const signal = AbortSignal.any([waiting.signal, gaveUp.signal]);
    await Promise.race([untilReachable(url, { ...waiting, signal }), ended]);
    return started;
  } catch (error) {
    gaveUp.abort();
    await started.stop();
    throw error;
  }
}

/** Waits until a server answers, whatever it says. Throws ChatMockError `unreachable`. */
export async function untilReachable(url: string, { io, waitMs, signal }: Waiting): Promise<void> {
  const late = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  for (;;) {
    const reason = await tryToReach(url, late);
    if (reason === null || signal.aborted) return;
    if (late.aborted)
      throw new ChatMockError(
        'unreachable',
        `Failed to reach ${escapeUnsafe(url)} within ${waitMs} ms: ${reason}. Start the server, correct the URL, or wait longer with --wait-ms.`,
      );
    await io.wait(BETWEEN_MS);
  }
}

/** Null: it answers. Else why not. */
async function tryToReach(url: string, signal: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(url, { signal, redirect: 'manual' });
    await response.body?.cancel();
    return null;
  } catch (error) {
    return escapeUnsafe(causeMessageOf(error));
  }
}
