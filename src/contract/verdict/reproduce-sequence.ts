import type { OperationId } from '../../api/operations.ts';
import { type Flow, lookRoles } from '../flow/flow.ts';
import type { Exchange } from '../record/exchange.ts';
import { createdBy, SESSION_ID, toCurl, toRemoval } from './reproduce.ts';

/** The operations of a sequence in a word each, as SDKs name them. */
const words: Partial<Record<OperationId, string>> = {
  createSession: 'create',
  streamMessages: 'stream',
  generateSessionTitle: 'title',
  getSession: 'retrieve',
  getSessionSummary: 'summary',
  listSessions: 'list',
  deleteSession: 'delete',
};

/** Returns whether a flow sends random sequences. */
export function hasSequences({ steps }: Flow): boolean {
  return steps.some((step) => 'sequences' in step);
}

/**
 * Lines for a shell that repeat the sequence of an exchange up to it, whichever sessions it is about, and delete what
 * they have created. The first line names the operations; sessions are `a`, `b`, `c` in the order of their creates.
 */
export function toSequence(
  exchange: Exchange,
  { before, baseUrl }: { readonly before: readonly Exchange[]; readonly baseUrl: string },
): string[] {
  const all = sequenceOf(exchange, before);
  const names = new Map(
    all.flatMap((one) => createdBy(one) ?? []).map((id, index) => [id, String.fromCharCode(97 + index)]),
  );
  const nameOf = (one: Exchange) => names.get(one.sessionId ?? createdBy(one) ?? '') ?? '';
  // What only looks at the result is needed once, where it shows the fault.
  const sent = all.filter((one) => one === exchange || !lookRoles.some((role) => role === one.role));
  const told = sent.map((one) => [words[one.operation ?? 'listSessions'], nameOf(one)].filter(Boolean).join(' '));
  const deleted = new Set(sent.filter(({ operation }) => operation === 'deleteSession').map((one) => one.sessionId));
  const left = sent.filter((one) => createdBy(one) !== undefined && !deleted.has(createdBy(one) ?? null));
  return [
    `# ${told.join(', ')}`,
    ...sent.map((one) => toLine(one, { variable: nameOf(one), baseUrl, isLast: one === exchange })),
    ...left.map((one) => toRemoval(one, { baseUrl, name: `"$${nameOf(one)}"` })),
  ];
}

function toLine(
  one: Exchange,
  { variable, baseUrl, isLast }: { readonly variable: string; readonly baseUrl: string; readonly isLast: boolean },
): string {
  const { sessionId } = one;
  const session = sessionId !== null && variable !== '' ? { id: sessionId, variable } : null;
  const write = (flags: string) => toCurl(one, { baseUrl, flags, session });
  if (createdBy(one) !== undefined)
    return `${variable}=$(${write('-sS')} | ${isLast ? 'tee /dev/stderr | ' : ''}${SESSION_ID})`;
  return isLast ? write('-sS -N -i') : `${write('-sS -N')} > /dev/null`;
}

/** What was sent from the last create before which no session was left, up to the exchange. */
function sequenceOf(exchange: Exchange, recorded: readonly Exchange[]): readonly Exchange[] {
  const all = recorded.filter(({ number }) => number <= exchange.number);
  const alive = new Set<string | null>();
  let start = 0;
  for (const [index, one] of all.entries()) {
    const id = createdBy(one);
    if (id !== undefined && alive.size === 0) start = index;
    if (id !== undefined) alive.add(id);
    if (one.operation === 'deleteSession') alive.delete(one.sessionId);
  }
  return all.slice(start);
}
