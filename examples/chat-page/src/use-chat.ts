import LlamaCloud, { APIError } from '@llamaindex/llama-cloud';
import { applyEvent, emptyTurn, readEvents, type Turn } from 'chat-mock/client';
import { useRef, useState } from 'react';
import { serviceUrl } from './service-url.ts';

/** A question and what became of it. */
export interface Exchange {
  readonly id: number;
  readonly prompt: string;
  readonly turn: Turn;
  /** Why there is no answer, or no whole one; null if nothing is wrong. */
  readonly problem: string | null;
  /** Nothing has come for so long that the service is probably gone. */
  readonly isSilent: boolean;
}

/** A healthy service sends something every 15 s, if only a comment; two of those missed mean that it is gone. */
const SILENCE_MS = 35_000;
const INDEX_IDS = ['idx-abc123'];
const SESSION_ID = 'ses-never-run';

const createClient = () =>
  new LlamaCloud({
    apiKey: 'any',
    baseURL: serviceUrl,
    maxRetries: 0, // A question that is sent again is asked, and paid for, again: the reader decides.
  });

/** The exchanges of a chat, and what one can do with them. */
export function useChat(silenceMs = SILENCE_MS) {
  const [exchanges, setExchanges] = useState<readonly Exchange[]>([]);
  const running = useRef<AbortController | null>(null);
  const [isRunning, setIsRunning] = useState(false);

  async function ask(prompt: string): Promise<void> {
    const leaving = new AbortController();
    running.current = leaving;
    setIsRunning(true);
    const id = Date.now();
    let turn = emptyTurn;
    const show = (change: Partial<Exchange>) =>
      setExchanges((all) => all.map((one) => (one.id === id ? { ...one, ...change } : one)));
    setExchanges((all) => [...all, { id, prompt, turn, problem: null, isSilent: false }]);
    let timer = setTimeout(() => show({ isSilent: true }), silenceMs);
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => show({ isSilent: true }), silenceMs);
    };
    try {
      const response = await createClient()
        .beta.chat.stream(SESSION_ID, { index_ids: INDEX_IDS, prompt }, { signal: leaving.signal })
        .asResponse();
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) throw new NoStreamError();
      let unreadable = 0;
      const onUnreadable = () => {
        unreadable += 1;
      };
      for await (const event of readEvents(listening(response.body, heard), { onUnreadable })) {
        turn = applyEvent(turn, event);
        show({ turn, isSilent: false });
      }
      turn = applyEvent(turn, null);
      show({ turn, problem: problemOf(turn, unreadable) });
    } catch (error) {
      turn = applyEvent(turn, null);
      show({ turn, problem: leaving.signal.aborted ? 'You stopped this answer.' : reasonOf(error, turn) });
    } finally {
      clearTimeout(timer);
      show({ isSilent: false });
      running.current = null;
      setIsRunning(false);
    }
  }

  return { exchanges, isRunning, ask, stop: () => running.current?.abort() };
}

/** The same bytes; comments, which are not events, count as a sign of life too. */
function listening(body: ReadableStream<Uint8Array> | null, heard: () => void) {
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform: (bytes, controller) => {
      heard();
      controller.enqueue(bytes);
    },
  });
  return body?.pipeThrough(watch) ?? null;
}

/** A 200 that is not a stream, such as a login page. */
class NoStreamError extends Error {}

function problemOf({ status, error }: Turn, unreadable: number): string | null {
  if (status === 'failed') return `The agent gave up: ${error ?? 'it did not say why'}`;
  if (status === 'incomplete') return 'This answer is incomplete: it broke off.';
  return unreadable > 0 ? 'A part of this answer could not be read.' : null;
}

function reasonOf(error: unknown, { parts }: Turn): string {
  if (error instanceof APIError && typeof error.status === 'number') {
    if (error.status === 401 || error.status === 403) return 'Your key was refused. Sign in again.';
    if (error.status === 409) return 'Another answer is still being written in this chat.';
    if (error.status === 429 || error.status === 503) return 'The service is busy. Try again in a moment.';
    if (error.status >= 500) return `The service is not there (${error.status}). Try again later.`;
    return `The service refused the question (${error.status}).`;
  }
  if (error instanceof NoStreamError) return 'Something else than the service answered. You may have to sign in.';
  if (parts.length > 0) return 'This answer is incomplete: the connection was lost.';
  return 'The service cannot be reached. Your question is kept.';
}
