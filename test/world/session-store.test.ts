import fc from 'fast-check';
import { expect, test } from 'vitest';
import { History } from '../../src/world/history.ts';
import { type Session, unused } from '../../src/world/session.ts';
import { SessionStore } from '../../src/world/session-store.ts';
import { moved } from '../../src/world/turn.ts';

const orders = ['updated_desc', 'updated_asc', 'created_desc', 'created_asc'] as const;
const acts = fc.constantFrom('create', 'move', 'note', 'delete', 'list');

function session(id: string, project: string, position: Session['updatedAt']): Session {
  return {
    ...{ id, project, title: null, indexIds: null, sharedAccess: 'read_only', jobMetadata: null, turns: 0 },
    ...{ history: History.empty, use: unused, scenarios: [], createdAt: position, updatedAt: position, earlier: [] },
  };
}

/** The listing as it is defined: all sessions of the project, sorted by where they stand. */
function sorted(store: SessionStore, sessions: Iterable<Session>, project: string | null, asOf: number): string[] {
  return [...sessions]
    .filter((one) => (project === null || one.project === project) && one.createdAt.write <= asOf)
    .sort((a, b) => store.compare(store.position(a, asOf), store.position(b, asOf)))
    .map(({ id }) => id);
}

test('listings that are kept up to date are those that sorting anew would give, now and as of any earlier write', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...orders),
      fc.array(fc.tuple(acts, fc.nat(40), fc.constantFrom('', 'p')), { maxLength: 60 }),
      (order, steps) => {
        const known = new Map<string, Session>();
        for (let index = 0; index < 8; index++)
          known.set(
            `shared-${index}`,
            session(`shared-${index}`, index % 3 ? '' : 'p', { micros: index, write: index - 8 }),
          );
        const store = new SessionStore(new Map(known), order);
        const put = (written: Session) => {
          known.set(written.id, written);
          store.put(written);
        };
        for (const [act, which, project] of steps) {
          const one = [...known.values()][which % Math.max(1, known.size)];
          if (act === 'create') put(session(`own-${store.writes}`, project, store.nextPosition(100 + which)));
          else if (act === 'list') store.list(project, store.writes);
          else if (one && act === 'move') put(moved(one, store.nextPosition(100 + which)));
          else if (one && act === 'note') put({ ...one, turns: one.turns + 1 });
          else if (one && act === 'delete') {
            known.delete(one.id);
            store.delete(one);
          }
        }
        for (const project of ['', 'p', null]) {
          for (const asOf of [store.writes, Math.floor(store.writes / 2), 0])
            expect(store.list(project, asOf).map(({ id }) => id)).toEqual(sorted(store, known.values(), project, asOf));
          expect(store.list(project, store.writes).every((one) => one === known.get(one.id))).toBe(true);
        }
        expect(store.size).toBe(known.size);
      },
    ),
    { numRuns: 300 },
  );
});

test('fixtures that are replaced may stand where an old one stands that was written: each is listed once', () => {
  const place = { micros: 1, write: 0 };
  const old = session('old', '', place);
  const store = new SessionStore(new Map([['old', old]]), 'created_desc');
  store.put(moved(old, store.nextPosition(2)));
  store.share(new Map([['new', session('new', '', place)]]));
  expect(store.list('', store.writes).map(({ id }) => id)).toEqual(['new', 'old']);
  store.put(moved(store.get('old') ?? old, store.nextPosition(3)));
  expect(
    store
      .list('', store.writes)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['new', 'old']);
});
