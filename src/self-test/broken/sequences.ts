import { type Hop, inJson, type Json, type Meddle } from '../meddle.ts';
import { type BrokenMock, breaking } from './broken-mock.ts';

const isShown = ['getSession', 'getSessionSummary'] as const;
interface Done {
  readonly operation: Hop['operation'];
  readonly id: unknown;
}
/** What has succeeded so far, in order. */
const logOf = (memory: Hop['memory']) => (memory.get('log') ?? []) as readonly Done[];
/** The operations on a session, in order, as one text. */
const storyOf = ({ memory }: Pick<Hop, 'memory'>, session: unknown): string =>
  logOf(memory)
    .filter(({ id }) => id === session)
    .map(({ operation }) => operation)
    .join(' ');
/** Notes each success before the fault sees it. */
const remembering =
  (act: Meddle): Meddle =>
  async (hop) => {
    const response = await hop.next();
    if (response.ok && hop.operation !== null && hop.operation !== 'listSessions') {
      const isCreate = hop.operation === 'createSession';
      const id = isCreate ? ((await response.clone().json()) as Json).session_id : hop.sessionId;
      hop.memory.set('log', [...logOf(hop.memory), { operation: hop.operation, id }]);
    }
    return act({ ...hop, next: async (request) => (request ? hop.next(request) : response) });
  };
const inShown = (edit: (session: Json, story: string) => Json): Meddle =>
  remembering(inJson(isShown, (json, hop) => edit(json, storyOf(hop, hop.sessionId))));
const countOf = (story: string, operation: string) => story.split(' ').filter((one) => one === operation).length;
/** The index of the n-th prompt in a history. */
const inputAt = (events: Json[], nth: number) =>
  events.flatMap(({ type }, index) => (type === 'user_input' ? [index] : []))[nth] ?? events.length;

/** Mocks with faults that only certain sequences of operations show. */
export const brokenSequences: readonly BrokenMock[] = breaking(
  'states.any-sequence',
  {
    'the third turn takes the second out of the history': inShown((json, story) => {
      if (!json.events || countOf(story, 'streamMessages') < 3) return json;
      const events = json.events.toSpliced(inputAt(json.events, 1), inputAt(json.events, 2) - inputAt(json.events, 1));
      return { ...json, events };
    }),
    'a turn after a title leaves no run': inShown((json, story) =>
      /streamMessages.*generateSessionTitle.*streamMessages/.test(story) ? { ...json, job_metadata: null } : json,
    ),
    'a second title after a turn is lost': inShown((json, story) =>
      /generateSessionTitle.*streamMessages.*generateSessionTitle/.test(story)
        ? { ...json, generated_title: null }
        : json,
    ),
    'a delete takes the title of the session that was created before': remembering(
      inJson(isShown, (json, { memory, sessionId }) => {
        const made = logOf(memory).filter(({ operation }) => operation === 'createSession');
        const next = made[made.findIndex(({ id }) => id === sessionId) + 1];
        const isDeleted = next && logOf(memory).some((one) => one.operation === 'deleteSession' && one.id === next.id);
        return isDeleted ? { ...json, generated_title: null } : json;
      }),
    ),
    'a retrieve between two turns makes the second one vanish': inShown((json, story) => {
      if (!json.events || !/streamMessages (?:\w+ )*getSession (?:\w+ )*streamMessages/.test(story)) return json;
      return { ...json, events: json.events.slice(0, inputAt(json.events, 1)) };
    }),
    'the list forgets a titled session once another is deleted': remembering(
      inJson(['listSessions'], (json, { memory }) => ({
        ...json,
        items: json.items.filter(({ session_id: id }: Json) => {
          const log = logOf(memory);
          const titled = log.findIndex((one) => one.operation === 'generateSessionTitle' && one.id === id);
          return titled === -1 || !log.slice(titled).some(({ operation }) => operation === 'deleteSession');
        }),
      })),
    ),
  },
  { verify: { stateful: 40, only: ['states.any-sequence'] } },
);
