import { ChatMockError } from '../../runtime/errors.ts';
import { isEmpty, valueAt } from '../flow/values.ts';
import { type Exchange, jsonOf } from '../record/exchange.ts';
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

/**
 * The first request: is there a server, and does it take the key? Also notes which sessions are there, so that nothing
 * of anyone else is ever taken for ours.
 */
export async function preflight(
  flowState: FlowState,
  { target }: Pick<Settings, 'target'>,
): Promise<readonly Present[]> {
  return listPresent(flowState, (exchange) => judge(exchange, target));
}

/** The sessions that the list tells of; `look` sees each page before it is read. */
export async function listPresent(
  flowState: FlowState,
  look: (exchange: Exchange) => void,
): Promise<readonly Present[]> {
  const present: Present[] = [];
  let token: unknown = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const exchange = await list(flowState, token);
    if (exchange === undefined) break;
    look(exchange);
    const found = valueAt(jsonOf(exchange), '$.items');
    if (Array.isArray(found)) present.push(...found.flatMap(toPresent));
    const next = valueAt(jsonOf(exchange), '$.next_page_token');
    if (isEmpty(next) || isEmpty(found) || next === token) break;
    token = next;
  }
  return present;
}

function toPresent(item: unknown): Present[] {
  const id = valueAt(item, '$.session_id');
  if (typeof id !== 'string') return [];
  const indexIds = valueAt(item, '$.index_ids') ?? null;
  const isUntouched = isEmpty(valueAt(item, '$.job_metadata')) && isEmpty(valueAt(item, '$.generated_title'));
  return [{ id, indexIds, isUntouched }];
}

async function list(flowState: FlowState, token: unknown): Promise<Exchange | undefined> {
  const { method, path } = flowState.stage.plans.listSessions;
  const wish = {
    method,
    path,
    sessionId: null,
    encode: 'as_needed',
    headers: {},
    key: 'good',
    body: undefined,
  } as const;
  const query = { page_size: PAGE_SIZE, page_token: token };
  await performCall(
    { step: {}, wish: { ...wish, query }, operation: 'listSessions', expectation: { kind: 'any' } },
    flowState,
  );
  return flowState.exchanges.at(-1);
}

function judge({ response, reason, ending }: Exchange, target: string): void {
  if (!response) {
    throw new ChatMockError(
      'unreachable',
      `Failed to reach ${target}: ${reason ?? ending}. ${/certificate/i.test(reason ?? '') ? 'Trust its certificate with NODE_EXTRA_CA_CERTS=FILE (in a program: tls), or check the base URL.' : 'Start the server, or check the base URL.'}`,
    );
  }
  if (response.status !== 401 && response.status !== 403) return;
  throw new ChatMockError(
    'key_refused',
    `Failed to verify ${target}: the server refused the key with ${response.status}. Give a good one with --api-key.`,
  );
}
