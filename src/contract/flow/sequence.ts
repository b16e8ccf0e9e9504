import { changes } from '../../api/editions.ts';
import type { Random } from '../../runtime/random.ts';
import type { Call, Step, sequenceRoles } from './flow.ts';

/** A random sequence has at most so many operations, what looks at the result apart. */
export const MOST_ACTS = 16;
const LEAST_ACTS = 6;
/** What a deleted session answers is soon known. */
const STAYS_ALIVE = 0.85;
const MOST_SESSIONS = 3;

/** One operation of a sequence. Sessions count from 0, in the order in which they are created. */
export type Act =
  | { readonly act: 'create'; readonly session: number; readonly isBound: boolean }
  | { readonly act: 'stream' | 'title'; readonly session: number; readonly text: string }
  | { readonly act: 'retrieve' | 'summary' | 'delete'; readonly session: number }
  | { readonly act: 'list' };

/** How often an operation comes, compared with the others. */
const weights = { stream: 4, title: 3, retrieve: 2, summary: 1, list: 1, delete: 2 } as const satisfies Record<
  Exclude<Act['act'], 'create'>,
  number
>;
const kinds = Object.entries(weights) as [keyof typeof weights, number][]; // Keys of the table.

/**
 * Makes a sequence that begins with a create and has a turn, so that every check has something to look at. Each sequence
 * has some operations only, one to three sessions, and prefers to stay with one of them or not: one that always has
 * everything seldom does the same twice.
 */
export function randomActs(random: Random): Act[] {
  const length = random.integer(LEAST_ACTS, MOST_ACTS);
  const chosen = kinds.filter(() => random.chance(0.6));
  const draw = (chosen.length > 0 ? chosen : kinds).flatMap(([act, weight]) => Array<typeof act>(weight).fill(act));
  const stays = random.next();
  const sessions = random.integer(1, MOST_SESSIONS);
  const first = { act: 'create', session: 0, isBound: random.chance(0.5) } as const;
  const others: Act[] = Array.from({ length: length - sessions }, (_, index) => toAct(random.pick(draw), index + 1));
  if (!others.some(({ act }) => act === 'stream')) others[0] = toAct('stream', 1);
  // The other sessions are created at any time before the middle.
  for (let session = 1; session < sessions; session += 1)
    others.splice(random.integer(0, Math.ceil(others.length / 2)), 0, {
      act: 'create',
      session,
      isBound: random.chance(0.5),
    });
  return [first, ...onSessions(others, { random, stays })];
}

function toAct(act: keyof typeof weights, number: number): Act {
  if (act === 'list') return { act };
  if (act === 'stream') return { act, session: 0, text: `What is new? (${number})` };
  if (act === 'title') return { act, session: 0, text: `What has changed? (${number})` };
  return { act, session: 0 };
}

/** Says for each operation which of the sessions that are created by then it is about. */
function onSessions(
  acts: readonly Act[],
  { random, stays }: { readonly random: Random; readonly stays: number },
): Act[] {
  const created = [0];
  const deleted = new Set<number>();
  let session = 0;
  return acts.map((one) => {
    if (one.act === 'list') return one;
    if (one.act === 'create') {
      created.push(one.session);
      return one;
    }
    const isOver = deleted.has(session) && random.chance(STAYS_ALIVE);
    const alive = created.filter((each) => !deleted.has(each));
    if (isOver || !random.chance(stays)) session = random.pick(isOver && alive.length > 0 ? alive : created);
    if (one.act === 'delete') deleted.add(session);
    return { ...one, session };
  });
}

/** Without what belongs to a session that is not created any more. */
export function withoutOrphans(acts: readonly Act[]): Act[] {
  const created = new Set(acts.flatMap((one) => (one.act === 'create' ? [one.session] : [])));
  return acts.filter((one) => one.act === 'list' || created.has(one.session));
}

const calls = {
  stream: 'streamMessages',
  title: 'generateSessionTitle',
  retrieve: 'getSession',
  summary: 'getSessionSummary',
  delete: 'deleteSession',
} as const;
const defaults = { encode: 'as_needed', key: 'good', expect: 'accepted' } as const;
const nameOf = (session: number) => `session_${session}`;

/**
 * The requests of a sequence. At its end all sessions are looked at and deleted, so that whatever an operation has
 * done is seen, and sequences do not see each other.
 */
export function toSteps(acts: readonly Act[]): Step[] {
  const alive = new Set<number>();
  const gone: number[] = [];
  const toStep = (one: Act): Step => {
    if (one.act === 'list') return { walk: 'listSessions', role: 'sequence_page', page_size: 1000, at_most: 20 };
    if (one.act === 'create') {
      alive.add(one.session);
      const body = one.isBound ? { index_ids: ['{{index}}'] } : {};
      return {
        call: 'createSession',
        role: 'made',
        body,
        save: { [nameOf(one.session)]: '$.session_id' },
        ...defaults,
      };
    }
    const isThere = alive.has(one.session);
    if (one.act === 'delete' && isThere) {
      alive.delete(one.session);
      gone.push(one.session);
      return toCall(one, 'deleted');
    }
    return isThere ? toCall(one, 'sequence') : toGone(one);
  };
  const steps = acts.map(toStep);
  const left = [...alive];
  return [
    ...steps,
    ...(left.length > 0 ? [{ look: left.map(nameOf) }] : []),
    ...left.map((session) => toStep({ act: 'delete', session })),
    ...gone.map((session) => toGone({ act: 'retrieve', session })),
  ];
}

type OnSession = Exclude<Act, { readonly act: 'create' | 'list' }>;

function toCall(one: OnSession, role: (typeof sequenceRoles)[number]): Call {
  const call = { call: calls[one.act], role, session: `{{${nameOf(one.session)}}}`, ...defaults };
  if (one.act === 'stream') return { ...call, body: { prompt: one.text, index_ids: ['{{index}}'] } };
  // Later editions have no such operation.
  if (one.act === 'title') return { ...call, body: { first_message: one.text }, ...changes.generate_title };
  return call;
}

function toGone(one: OnSession): Call {
  // Whether a second delete is a success is free.
  if (one.act === 'delete') return { ...toCall(one, 'sequence'), expect: 'any' };
  return {
    ...toCall(one, 'gone'),
    expect: 'gone',
    ...(one.act === 'stream' && { read: { until: 'headers' } as const }),
  };
}
