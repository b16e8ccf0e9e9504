import { ChatMockError } from '../../runtime/errors.ts';
import { wishFor } from '../flow/build-request.ts';
import { isEmpty, valueAt } from '../flow/values.ts';
import { type Exchange, isLoadRefusal } from '../record/exchange.ts';
import { readableJson, toId } from '../record/readable-id.ts';
import { weightOf } from '../record/weight.ts';
import type { Settings } from './options.ts';
import { type FlowState, performCall } from './perform-call.ts';

/** A session that was there before this run made any. */
export interface Present {
  readonly id: string;
  readonly indexIds: unknown;
  /** It has no title and has never run. */
  readonly isUntouched: boolean;
}

const PAGE_SIZE = 1000;
const MAX_PAGES = 20;
const MAX_ID_CHARS = 4096;
/** Of all ids together: tens of thousands of sessions, and not megabytes of one. */
const MAX_LISTED_CHARS = 4 * 1024 * 1024;
const MAX_INDEX_IDS = 100;

/**
 * The first request: is there a server, does it take the key, and is its answer a list at all? Also notes which sessions
 * are there, so that nothing of anyone else is ever taken for ours.
 */
export async function preflight(
  flowState: FlowState,
  settings: Pick<Settings, 'target' | 'proxy'>,
): Promise<{ readonly present: readonly Present[]; readonly isList: boolean }> {
  let isList: boolean | undefined;
  const present = await listPresent(flowState, (exchange) => {
    if (!flowState.stage.signal.aborted) checkFirstAnswer(exchange, settings);
    isList ??= Array.isArray(valueAt(readableJson(exchange), '$.items'));
  });
  return { present, isList: isList ?? false };
}

/** Resolves with the sessions of the list; `look` gets each page before it is read. */
export async function listPresent(
  flowState: FlowState,
  look: (exchange: Exchange) => void,
): Promise<readonly Present[]> {
  const present: Present[] = [];
  let token: unknown = null;
  let sizeChars = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const exchange = await list(flowState, token);
    if (exchange === undefined) break;
    look(exchange);
    const found = valueAt(readableJson(exchange), '$.items');
    for (const one of Array.isArray(found) ? found.flatMap(toPresent) : []) {
      sizeChars += one.id.length;
      if (sizeChars <= MAX_LISTED_CHARS) present.push(one);
    }
    const next = valueAt(readableJson(exchange), '$.next_page_token');
    // Only what was taken from it is kept of a page.
    flowState.stage.budget.release(weightOf(exchange));
    flowState.exchanges.length = 0;
    if (isEmpty(next) || isEmpty(found) || next === token) break;
    token = next;
  }
  return present;
}

function toPresent(item: unknown): Present[] {
  const id = toId(valueAt(item, '$.session_id'));
  if (id === undefined || id.length > MAX_ID_CHARS) return [];
  const written = valueAt(item, '$.index_ids') ?? null;
  // We only create sessions with a short list of texts; anything else may be megabytes long.
  const isList =
    Array.isArray(written) && written.length <= MAX_INDEX_IDS && written.every((one) => typeof one === 'string');
  const indexIds = written === null || isList ? written : 'other';
  const isUntouched = isEmpty(valueAt(item, '$.job_metadata')) && isEmpty(valueAt(item, '$.generated_title'));
  return [{ id, indexIds, isUntouched }];
}

async function list(flowState: FlowState, token: unknown): Promise<Exchange | undefined> {
  const query = { page_size: PAGE_SIZE, page_token: token };
  await performCall({ wish: wishFor(flowState.stage.plans, { operation: 'listSessions', query }) }, flowState);
  return flowState.exchanges.at(-1);
}

function checkFirstAnswer(
  { response, reason, ending, endMs, retries }: Exchange,
  { target, proxy }: Pick<Settings, 'target' | 'proxy'>,
): void {
  if (!response) {
    const asked = proxy === null ? target : `${target} through the proxy ${proxy.label}`;
    const why = reason ?? (ending === 'idle' ? `no answer came within ${Math.round(endMs)} ms` : ending);
    throw new ChatMockError('unreachable', `Failed to reach ${asked}: ${why}. ${adviseOn(why, proxy !== null)}`);
  }
  if (isLoadRefusal(response.status))
    throw new ChatMockError(
      'unreachable',
      `Failed to verify ${target}: the server refused the first request for load with ${response.status}, ${retries + 1} times. Try again when it has less to do.`,
    );
  if (response.status !== 401 && response.status !== 403) return;
  throw new ChatMockError(
    'key_refused',
    `Failed to verify ${target}: the server refused the key with ${response.status}. Give a valid one with --api-key.`,
  );
}

function adviseOn(reason: string, hasProxy: boolean): string {
  if (/certificate/i.test(reason))
    return 'Trust its certificate with NODE_EXTRA_CA_CERTS=FILE (in a program: tls), or check the base URL.';
  if (hasProxy) return 'Check the proxy, name the server in NO_PROXY to go without it, or check the base URL.';
  return 'Start the server, or check the base URL.';
}
