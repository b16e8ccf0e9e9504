import { describe, expect, test } from 'vitest';
import { filterRows, LISTED, TrafficList } from '../../src/inspector/traffic-list.ts';
import type { RequestLine } from '../../src/server/control/shapes.ts';

const all = { text: '', operation: '', status: '', world: '*' };
const line = (id: number, more: Partial<RequestLine> = {}): RequestLine => ({
  ...{
    id,
    time: new Date(id * 1000).toISOString(),
    method: 'GET',
    path: `/api/v1/chat/${id}`,
    operation: 'getSession',
  },
  ...{ session_id: null, status: 200, duration_ms: 1, world: null, scenario: null, why: null, stream: null, ...more },
});
const ids = (list: TrafficList) => list.rows.map(({ request }) => request.id);

describe('the list', () => {
  test('keeps the order of time and takes each request once', () => {
    const list = new TrafficList();
    for (const id of [3, 1, 2, 3, 5, 4]) list.add(line(id));
    expect(ids(list)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a request with the number of another, after a reset or in another world, is another', () => {
    const list = new TrafficList();
    list.add(line(1));
    list.add(line(1, { world: 'a' }));
    list.add(line(1, { time: new Date(9000).toISOString() }));
    expect(list.rows).toHaveLength(3);
    list.clear('a');
    expect(list.rows.map(({ request }) => request.world)).toEqual([null, null]);
    list.clear();
    expect(list.rows).toEqual([]);
  });

  test('holds the newest, and counts what it drops', () => {
    const list = new TrafficList();
    for (let id = 1; id <= 2 * LISTED; id++) list.add(line(id, { stream: id }));
    expect(list.rows.length).toBeLessThanOrEqual(1.1 * LISTED);
    expect(list.rows.length + list.dropped).toBe(2 * LISTED);
    expect(list.rows.at(-1)?.request.id).toBe(2 * LISTED);
  });

  test('joins what is said of a stream piece by piece', () => {
    const list = new TrafficList();
    list.addStream({ world: 'a', stream: 1, state: 'held', hold: 'x' });
    list.addStream({ world: 'a', stream: 1, events: 3 });
    expect(list.streamOf({ world: 'a', stream: 1 })).toMatchObject({ state: 'held', hold: 'x', events: 3 });
    expect([list.streamOf({ world: null, stream: 1 }), list.streamOf({ world: 'a', stream: null })]).toEqual([
      null,
      null,
    ]);
    expect(list.openStreams).toHaveLength(1);
    list.addStream({ world: 'a', stream: 1, state: 'over' });
    expect(list.openStreams).toEqual([]);
  });
});

describe('the filter', () => {
  const list = new TrafficList();
  list.add(line(1, { path: '/api/v1/chat', operation: 'listSessions', scenario: 'Slow-Tool' }));
  list.add(line(2, { status: 422, world: 'checkout' }));
  list.add(line(3, { status: null, why: 'queued 7' }));
  list.add(line(4, { status: 404, world: '' }));

  test.each([
    [{}, [1, 2, 3, 4]],
    [{ text: 'SLOW' }, [1]],
    [{ text: 'get  queued' }, [3]],
    [{ text: 'nothing' }, []],
    [{ operation: 'listSessions' }, [1]],
    [{ status: '4xx' }, [2, 4]],
    [{ status: '422' }, [2]],
    [{ status: 'none' }, [3]],
    [{ world: 'checkout' }, [2]],
    [{ world: '', status: '2xx' }, [1]],
  ])('%j shows %j', (filter, wanted) => {
    expect(filterRows(list.rows, { ...all, ...filter }).map(({ request }) => request.id)).toEqual(wanted);
  });
});
