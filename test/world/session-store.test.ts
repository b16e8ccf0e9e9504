import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultLimits } from '../../src/runtime/limits.ts';
import { Tally } from '../../src/runtime/tally.ts';
import { History } from '../../src/world/history.ts';
import type { SessionPage } from '../../src/world/listing.ts';
import { type Session, unused } from '../../src/world/session.ts';
import { SessionStore } from '../../src/world/session-store.ts';
import { Storage } from '../../src/world/storage.ts';
import { runs } from '../support/runs.ts';

const storage = () => new Storage(defaultLimits, new Tally(Number.POSITIVE_INFINITY));

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
const whole = (store: SessionStore, project: string | null, asOf = store.writes) =>
  store.page(project, { asOf, after: null, size: Number.POSITIVE_INFINITY }).sessions;

/** The same in pages. */
function walk(store: SessionStore, project: string | null, { asOf, size }: { asOf: number; size: number }): Session[] {
  const seen: Session[] = [];
  let after: Session['updatedAt'] | null = null;
  do {
    const page: SessionPage = store.page(project, { asOf, after, size });
    seen.push(...page.sessions);
    after = page.next;
  } while (after);
  return seen;
}

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
        const store = new SessionStore(new Map(known), { order, storage: storage() });
        const put = (written: Session) => known.set(written.id, store.put(written));
        const shown: { readonly project: string | null; readonly asOf: number; readonly ids: string[] }[] = [];
        for (const [act, which, project] of steps) {
          const one = [...known.values()][which % Math.max(1, known.size)];
          if (act === 'create') put(session(`own-${store.writes}`, project ?? '', store.nextPosition(100 + which)));
          else if (act === 'list') shown.push({ project, asOf: store.writes, ids: ids(whole(store, project)) });
          else if (one && act === 'move') known.set(one.id, store.move(one, 100 + which));
          else if (one && act === 'note') put({ ...one, turns: one.turns + 1 });
          else if (one && act === 'delete') {
            known.delete(one.id);
            store.delete(one);
          }
        }
        for (const project of ['', 'p', null]) {
          const now = whole(store, project);
          expect(ids(now)).toEqual(sorted(known.values(), project, order));
          expect(now.every((one) => one === known.get(one.id))).toBe(true);
        }
        for (const { project, asOf, ids: then } of shown) {
          const left = then.filter((id) => known.has(id));
          expect(ids(whole(store, project, asOf))).toEqual(left);
          for (const size of [1, 3]) expect(ids(walk(store, project, { asOf, size }))).toEqual(left);
        }
        expect(store.size).toBe(known.size);
      },
    ),
    { numRuns: runs(300) },
  );
});

test('fixtures that are replaced may stand where an old one stands that was written: each is listed once', () => {
  const place = { micros: 1, write: 0 };
  const old = session('old', '', place);
  const store = new SessionStore(new Map([['old', old]]), { order: 'created_desc', storage: storage() });
  store.move(old, 2);
  store.share(new Map([['new', session('new', '', place)]]));
  expect(ids(whole(store, ''))).toEqual(['new', 'old']);
  store.move(store.get('old') ?? old, 3);
  expect(ids(whole(store, '')).sort()).toEqual(['new', 'old']);
});

test('what is written often keeps only the places that a listing has shown', () => {
  const store = new SessionStore(new Map(), { order: 'updated_desc', storage: storage() });
  let one = store.put(session('one', '', store.nextPosition(1)));
  const places = () => {
    let count = 0;
    for (let link = one.earlier; link; link = link.before) count += 1;
    return count;
  };
  for (let write = 0; write < 1000; write++) one = store.move(one, 2 + write);
  expect(places()).toBe(0);
  for (let listing = 0; listing < 3; listing++) {
    whole(store, '');
    for (let write = 0; write < 1000; write++) one = store.move(one, 2000 + write);
  }
  expect(places()).toBe(3);
});

test.each([...orders])('a write and a page look at few of 10,000 sessions, in the order %s', (order) => {
  let looks = 0;
  const watched = (one: Session): Session => {
    const { createdAt, updatedAt } = one;
    const look = <Value>(value: Value) => {
      looks += 1;
      return value;
    };
    return Object.defineProperties(
      { ...one },
      {
        createdAt: { get: () => look(createdAt), enumerable: true },
        updatedAt: { get: () => look(updatedAt), enumerable: true },
      },
    ) as Session;
  };
  const shared = Array.from({ length: 10_000 }, (_, index) =>
    watched(session(`shared-${index}`, '', { micros: index, write: index - 10_000 })),
  );
  const store = new SessionStore(new Map(shared.map((one) => [one.id, one])), { order, storage: storage() });
  const begun = store.page('', { asOf: store.writes, after: null, size: 20 });
  looks = 0;
  const middle = store.get('shared-5000');
  store.put(watched(session('new', '', store.nextPosition(60_000))));
  if (middle) store.move(middle, 60_001);
  store.page('', { asOf: store.writes, after: null, size: 20 });
  store.page('', { asOf: 0, after: begun.next, size: 20 });
  store.delete(store.get('shared-8000') ?? shared[0] ?? session('none', '', { micros: 0, write: 0 }));
  expect(looks).toBeLessThan(1000);
});
