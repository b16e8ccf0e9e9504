import { ChatMockError } from '../../runtime/errors.ts';
import { type Wish, wishFor } from '../flow/build-request.ts';
import { type Exchange, header, mediaType } from '../record/exchange.ts';
import { type FlowState, performCall } from './perform-call.ts';

const lossy = new TextDecoder();
const NO_SUCH_PATH = '/api/v1/chat-mock-no-such-path';

/**
 * Throws ChatMockError `not_chat_api` where the paths of the API are answered as a path that nobody has: one reason
 * for everything, and not a failure of each check. Call it where the first list was not a list.
 */
export async function requireChatApi(
  flowState: FlowState,
  { target, unknownId }: { readonly target: string; readonly unknownId: string },
): Promise<void> {
  const { plans } = flowState.stage;
  const ask = async (wish: Wish): Promise<Exchange | undefined> => {
    await performCall({ wish }, flowState);
    return flowState.exchanges.at(-1);
  };
  const list = wishFor(plans, { operation: 'listSessions' });
  const stream = wishFor(plans, { operation: 'streamMessages', sessionId: unknownId, body: {} });
  const isNowhere = async (wish: Wish): Promise<Exchange | null> => {
    const [answer, nowhere] = [await ask(wish), await ask({ ...wish, operation: null, path: NO_SUCH_PATH })];
    return answer && nowhere && likenessOf(answer) === likenessOf(nowhere) ? answer : null;
  };
  const answer = await isNowhere(list);
  if (!answer?.response || !(await isNowhere(stream))) return;
  const location = header(answer.response, 'location');
  const kind = location === null ? mediaType(answer.response) : `to ${location}, which is not followed`;
  const what = [answer.response.status, kind].filter(Boolean).join(' ');
  const advice = /\/api(\/v1(\/chat)?)?$/.test(target)
    ? `Give the base URL without ${target.slice(target.search(/\/api(\/v1(\/chat)?)?$/))}: it is added to it.`
    : 'Check the base URL: scheme, host, port, and the path before /api/v1 if there is one.';
  throw new ChatMockError(
    'not_chat_api',
    `Failed to verify ${target}: this is not a Chat API. GET ${list.path} was answered with ${what}, like a path that does not exist. ${advice}`,
  );
}

/** What two answers to paths that do not exist have in common: all but names, dates and the ids of requests. */
function likenessOf({ request, response }: Exchange): string {
  if (!response) return 'none';
  const path = request.target.replace(/\?.*$/, '');
  const body = lossy.decode(response.body.subarray(0, 64 * 1024));
  const text = body.replaceAll(path, '').replaceAll(/[0-9a-f][0-9a-f-]{7,}|\d+/gi, '');
  return `${response.status} ${mediaType(response)} ${text}`;
}
