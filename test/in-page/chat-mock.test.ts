import { expect, test, vi } from 'vitest';
import { createChatMock } from '../../src/browser/chat-mock.ts';
import * as page from '../../src/browser/main.ts';
import * as node from '../../src/index.ts';
import { createChatMock as createInNode } from '../../src/node/checked-mock.ts';

const stream = 'http://mock/api/v1/chat/ses-never-run/messages/stream';
const question = (prompt: string) => ({
  method: 'POST',
  headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
  body: JSON.stringify({ index_ids: ['idx-abc123'], prompt }),
});

test('a page has every name that a program in Node has', () => {
  expect(Object.keys(page).sort()).toEqual(Object.keys(node).sort());
});

test('the same bytes as in Node, the hash and the control API included', async () => {
  const told = async (mock: ReturnType<typeof createInNode>) => {
    const text = await (await mock.fetch(stream, question('/q3-findings'))).text();
    const { streams } = (await (await mock.fetch('http://mock/__mock/streams')).json()) as { streams: object[] };
    // How long a reader kept it waiting is the machine's.
    const listed = streams.map((stream) => ({ ...stream, stalled_ms: 0 }));
    return { text, sha256: mock.streams[0]?.sha256(), listed };
  };
  expect(await told(createChatMock({ speed: 'instant' }))).toEqual(await told(createInNode({ speed: 'instant' })));
});

test('what a program hands over is judged: at once when the judge is there, else when it comes', async () => {
  const onError = vi.fn();
  const mock = createChatMock({ speed: 'instant', onError });
  mock.next({ stebs: [] } as never);
  expect(onError).not.toHaveBeenCalled();
  await mock.ready;
  expect(onError.mock.calls).toEqual([
    [expect.objectContaining({ code: 'bad_argument', message: expect.stringContaining('did you mean "steps"?') })],
  ]);
  expect(() => mock.next({ stebs: [] } as never)).toThrow('did you mean "steps"?');
  expect(() => mock.world('\n')).toThrow('X-Test-Id');
});

test('options that cannot be are told', async () => {
  const onError = vi.fn();
  const mock = createChatMock({ clock: 'manuel' as never, onError });
  await mock.ready;
  expect(onError.mock.calls).toEqual([[expect.objectContaining({ code: 'bad_argument' })]]);
});

test('a pattern matches as in Node, and one that Node refuses is told', async () => {
  const onError = vi.fn();
  const mock = createChatMock({ speed: 'instant', onError });
  const told = async (regex: string, flags: string) => {
    mock.next({ status: 503 }, { match: { body: { prompt: { regex, flags } } } });
    const { status } = await mock.fetch(stream, question('Did Revenue grow?'));
    mock.reset();
    return status;
  };
  expect(await told('revenue', 'i')).toBe(503);
  expect(await told('revenue', 'gd')).toBe(200);
  expect(await told('Did', 'y')).toBe(503);
  await mock.ready;
  expect(onError).not.toHaveBeenCalled();
  await expect(told('(?=Did)', '')).rejects.toThrow('Invalid regular expression');
});

test('what only Node can do is an error that says what to do instead', async () => {
  const mock = createChatMock();
  expect(() => createChatMock({ recording: 'recorded' })).toThrow('Failed to load a recording: this needs Node');
  await expect(mock.listen()).rejects.toThrow('Failed to listen: this needs Node');
  await expect(page.loadScenarios('scenarios')).rejects.toThrow('this needs Node');
});
