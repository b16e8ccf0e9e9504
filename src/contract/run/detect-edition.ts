import { changes, type Edition, editions, existsIn } from '../../api/editions.ts';
import { wishFor } from '../flow/build-request.ts';
import { valueAt } from '../flow/values.ts';
import { type Exchange, jsonOf } from '../record/exchange.ts';
import { type FlowState, performCall } from './perform-call.ts';

/** The edition a server shows, with the evidence; null if it shows none. */
export interface Detected {
  readonly edition: Edition | null;
  /** What the server showed, a sentence each. */
  readonly evidence: readonly string[];
}

/** Finds the edition of a server with requests that create nothing: the server refuses each, and how shows the edition. */
export async function detectEdition(flowState: FlowState, unknownId: string): Promise<Detected> {
  const { plans } = flowState.stage;
  const ask = async (
    operation: 'generateSessionTitle' | 'streamMessages',
    body: unknown,
  ): Promise<Exchange | undefined> => {
    await performCall({ wish: wishFor(plans, { operation, sessionId: unknownId, body }) }, flowState);
    return flowState.exchanges.at(-1);
  };
  const title = await ask('generateSessionTitle', {});
  const stream = await ask('streamMessages', { require_all_indexes: [] });
  const titleStatus = title?.response?.status ?? 0;
  const streamStatus = stream?.response?.status ?? 0;
  if (titleStatus === 422 && namesField(title, 'first_message'))
    return {
      edition: editions.find((one) => existsIn(changes.generate_title, one)) ?? null,
      evidence: ['POST …/title without first_message was refused with 422: the operation exists.'],
    };
  if (streamStatus !== 422) {
    const why = `POST …/messages/stream with a body that no edition accepts was answered with ${streamStatus}, not 422.`;
    return { edition: null, evidence: [why] };
  }
  const knowsAll = namesField(stream, 'require_all_indexes');
  const fits = (one: Edition) =>
    !existsIn(changes.generate_title, one) && existsIn(changes.require_all_indexes, one) === knowsAll;
  return {
    edition: editions.find(fits) ?? null,
    evidence: [
      `POST …/title was answered with ${titleStatus}: the operation does not exist.`,
      knowsAll
        ? 'A list for require_all_indexes was refused with 422: the key is known.'
        : 'A list for require_all_indexes was not objected to: the key is unknown.',
    ],
  };
}

function namesField(exchange: Exchange | undefined, field: string): boolean {
  const places = exchange && valueAt(jsonOf(exchange), '$.detail[*].loc');
  return Array.isArray(places) && places.some((place) => Array.isArray(place) && place.includes(field));
}
