import fc from 'fast-check';
import { expect, test } from 'vitest';
import { History } from '../../src/world/history.ts';
import { type Session, unused } from '../../src/world/session.ts';
import { SessionStore } from '../../src/world/session-store.ts';

const orders = ['updated_desc', 'updated_asc', 'created_desc', 'created_asc'] as const;
const acts = fc.constantFrom('create', 'move', 'note', 'delete', 'list');

function session(id: string, project: string, position: Session['updatedAt']): Session {
  return {
    ...{ id, project, title: null, indexIds: null, sharedAccess: 'read_only', jobMetadata: null, turns: 0 },
    ...{ history: History.empty, use: unused, scenarios: [], createdAt: position, updatedAt: position, earlier: null },
  };
}

/** The listing of now as it is defined: all sessions of the project, sorted by where they stand. */
function sorted(sessions: Iterable<Session>, project: string | null, order: (typeof orders)[number]): string[] {
  const position = ({ createdAt, updatedAt }: Session) => (order.startsWith('created') ? createdAt : updatedAt);
  const ascending = [...sessions]
    .filter((one) => project === null || one.project === project)
    .sort((a, b) => position(a).micros - position(b).micros || position(a).write - position(b).write)
    .map(({ id }) => id);
  return order.endsWith('asc') ? ascending : ascending.reverse();
}

const ids = (sessions: readonly Session[]) => sessions.map(({ id }) => id);

test('a listing is what sorting anew would give, and stays what was shown but for what is deleted', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...orders),
      fc.array(fc.tuple(acts, fc.nat(40), fc.constantFrom('', 'p', null)), { maxLength: 60 }),
      (order, steps) => {
        const known = new Map<string, Session>();
        for (let index = 0; index < 8; index++)
          known.set(
            `shared-${index}`,
            session(`shared-${index}`, index % 3 ? '' : 'p', { micros: index, write: index - 8 }),
          );
        const store = new SessionStore(new Map(known), order);
        const put = (written: Session) => known.set(written.id, store.put(written));
        const shown: { readonly project: string | null; readonly asOf: number; readonly ids: string[] }[] = [];
        for (const [act, which, project] of steps) {
          const one = [...known.values()][which % Math.max(1, known.size)];
          if (act === 'create') put(session(`own-${store.writes}`, project ?? '', store.nextPosition(100 + which)));
          else if (act === 'list')
            shown.push({ project, asOf: store.writes, ids: ids(store.list(project, store.writes)) });
          else if (one && act === 'move') known.set(one.id, store.move(one, 100 + which));
          else if (one && act === 'note') put({ ...one, turns: one.turns + 1 });
          else if (one && act === 'delete') {
            known.delete(one.id);
            store.delete(one);
          }
        }
        for (const project of ['', 'p', null]) {
          const now = store.list(project, store.writes);
          expect(ids(now)).toEqual(sorted(known.values(), project, order));
          expect(now.every((one) => one === known.get(one.id))).toBe(true);
        }
        for (const { project, asOf, ids: then } of shown)
          expect(ids(store.list(project, asOf))).toEqual(then.filter((id) => known.has(id)));
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
  store.move(old, 2);
  store.share(new Map([['new', session('new', '', place)]]));
  expect(ids(store.list('', store.writes))).toEqual(['new', 'old']);
  store.move(store.get('old') ?? old, 3);
  expect(ids(store.list('', store.writes)).sort()).toEqual(['new', 'old']);
});

test('what is written often keeps only the places that a listing has shown', () => {
  const store = new SessionStore(new Map(), 'updated_desc');
  let one = store.put(session('one', '', store.nextPosition(1)));
  const places = () => {
    let count = 0;
    for (let link = one.earlier; link; link = link.before) count += 1;
    return count;
  };
  for (let write = 0; write < 1000; write++) one = store.move(one, 2 + write);
  expect(places()).toBe(0);
  for (let listing = 0; listing < 3; listing++) {
    store.list('', store.writes);
    for (let write = 0; write < 1000; write++) one = store.move(one, 2000 + write);
  }
  expect(places()).toBe(3);
});
