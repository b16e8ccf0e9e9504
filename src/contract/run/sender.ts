import { type OperationId, operations } from '../../api/operations.ts';
import type { Timer } from '../../runtime/timer.ts';
import type { Client, ReadLimits, Received } from '../client/client.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type ExchangeRequest, header, isBreakdown, isLoadRefusal, isSuccess } from '../record/exchange.ts';
import { readableId } from '../record/readable-id.ts';
import type { Budget } from './budget.ts';

/** A refusal for load is asked again this often. */
const RETRIES = 3;
/** A breakdown is asked again once; what comes twice is not an accident. */
const BREAKDOWNS = 2;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** A create that is under way when a run is stopped may take this much longer. */
const GRACE_MS = 5000;
/** A longer id fits into no request line, so the session cannot be deleted by it. */
const MAX_ID_CHARS = 4096;

/** One request, and how its answer is read. */
export interface Sending {
  readonly operation: OperationId | null;
  readonly request: ExchangeRequest;
  readonly sessionId: string | null;
  /** The index_ids of a create, for the ledger. */
  readonly indexIds: readonly string[] | null;
  readonly reading: ReadLimits;
}

/** What a sender works with. */
export interface SenderOptions {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly budget: Budget;
  readonly timer: Timer;
}

/** What came back, or why nothing was sent. */
export type Sent =
  | { readonly kind: 'sent'; readonly received: Received; readonly retries: number; readonly isBroken: boolean }
  | { readonly kind: 'no_budget'; readonly of: 'requests' | 'turns' };

/**
 * Sends within the budget, keeps the ledger, and asks again politely where a server refuses for load or breaks down.
 */
export async function send(sending: Sending, options: SenderOptions): Promise<Sent> {
  const { budget, ledger, timer } = options;
  const { reading } = sending;
  const effect = effectOf(sending);
  let breakdowns = 0;
  for (let retries = 0; ; retries += 1) {
    if (!budget.takeRequest()) return { kind: 'no_budget', of: 'requests' };
    const intent = effect === 'creates' ? await ledger.intend(sending.indexIds) : null;
    const received = await (effect === 'creates'
      ? sendUnhurried(sending, options)
      : options.client.send(sending.request, reading));
    const { response } = received;
    const created = createdId(received);
    if (intent !== null && created !== undefined) await ledger.settle(intent, created);
    // Of another project nothing was there to be deleted, and a server may call that a success.
    const isScoped = sending.request.target.includes('?');
    if (effect === 'deletes' && isSuccess(received) && sending.sessionId !== null && !isScoped)
      await ledger.deleted(sending.sessionId);
    if (effect === 'turn' && response?.status === 200 && !budget.takeTurn()) return { kind: 'no_budget', of: 'turns' };
    const isRefusedForLoad = response !== null && isLoadRefusal(response.status);
    if (response && !isRefusedForLoad) budget.noteAnswer();
    const isBrokenDown = response !== null && isBreakdown(response.status);
    if (isBrokenDown) breakdowns += 1;
    // A server that breaks down all the time is not waited for each time.
    const isBroken = isBrokenDown && (breakdowns === BREAKDOWNS || !budget.takePause());
    const sent: Sent = { kind: 'sent', received, retries, isBroken };
    const mayRetry = isRefusedForLoad || (isBrokenDown && !isBroken);
    if (!mayRetry || retries === RETRIES || reading.signal.aborted) return sent;
    const delayMs = retryDelayMs(header(response, 'retry-after'), retries);
    if (isRefusedForLoad && !budget.takeWait(delayMs)) return sent;
    await timer.sleep(delayMs, reading.signal);
  }
}

/** What a success of an operation does that the runner has to keep book of. */
/** What an operation does that the runner has to keep book of. */
export function effectOf({ operation }: Pick<Sending, 'operation'>): 'creates' | 'deletes' | 'turn' | null {
  if (operation === null) return null;
  const { method, success } = operations[operation];
  if (success.kind === 'stream') return 'turn';
  if (method === 'delete') return 'deletes';
  return success.status === 201 ? 'creates' : null;
}

/** A run that stops still waits for the answer to a create: only the answer names the session to delete. */
async function sendUnhurried({ request, reading }: Sending, { client, timer }: SenderOptions): Promise<Received> {
  const leaver = new AbortController();
  let stopWaiting = () => {};
  const onAbort = () => {
    stopWaiting = timer.after(GRACE_MS, () => leaver.abort(reading.signal.reason));
  };
  reading.signal.addEventListener('abort', onAbort, { once: true });
  if (reading.signal.aborted) onAbort();
  const received = await client.send(request, { ...reading, signal: leaver.signal, leaveAfter: null });
  stopWaiting();
  reading.signal.removeEventListener('abort', onAbort);
  return received;
}

/**
 * Null where nothing was created; undefined where that cannot be told: no answer, or a success that names no session.
 */
function createdId({ response, ending }: Received): string | null | undefined {
  if (ending === 'not_connected' || (response && !isSuccess({ response }))) return null;
  const id = readableId({ response });
  return id !== undefined && id.length <= MAX_ID_CHARS ? id : undefined;
}

function retryDelayMs(retryAfter: string | null, retries: number): number {
  const seconds = Number(retryAfter ?? Number.NaN);
  const delayMs = Number.isFinite(seconds) ? seconds * 1000 : FIRST_DELAY_MS * 2 ** retries;
  return Math.min(Math.max(delayMs, 0), LONGEST_DELAY_MS);
}
