import type { QueuedAnswer } from '../world/answer-queue.ts';
import type { RequestRecord } from '../world/request-record.ts';
import type { StreamRecord } from '../world/stream-record.ts';

type Request = Pick<RequestRecord, 'method' | 'path' | 'status' | 'scenario' | 'why'>;
type Stream = Pick<StreamRecord, 'id' | 'scenario' | 'state' | 'hold' | 'events' | 'bytes' | 'end'>;
type Answer = Pick<QueuedAnswer, 'scenario' | 'operation' | 'times' | 'used'>;

/** Lists what the mock of a failed test received, to be printed with the failure. */
export function describeWorld({
  requests,
  streams,
}: {
  readonly requests: readonly Request[];
  readonly streams: readonly Stream[];
}): string {
  if (requests.length === 0) return 'chat-mock saw no request.';
  return ['chat-mock saw:', ...requests.map(describeRequest), ...streams.map(describeStream)].join('\n');
}

function describeRequest({ method, path, status, scenario, why }: Request): string {
  const answered = status === null ? 'no answer' : status;
  return `  ${method} ${path} -> ${answered}${scenario === null ? '' : ` by ${scenario} (${why})`}`;
}

function describeStream({ id, scenario, state, hold, events, bytes, end }: Stream): string {
  const now = end ?? (hold === null ? state : `${state} at "${hold}"`);
  return `  stream ${id} of ${scenario}: ${events} events, ${bytes} bytes, ${now}`;
}

/** Returns the error of a test that passed but left queued answers unused; null if there are none. */
export function describeUnused(unused: readonly Answer[]): string | null {
  if (unused.length === 0) return null;
  const lines = unused.map(
    ({ scenario, operation, times, used }) => `  ${scenario} for ${operation}, used ${used} of ${times} times`,
  );
  const count = unused.length === 1 ? '1 queued answer was' : `${unused.length} queued answers were`;
  return `${count} never asked for:\n${lines.join('\n')}\nQueue only what the test asks for, or check what it asked: mock.journal.entries.`;
}
