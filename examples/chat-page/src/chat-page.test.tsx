// @vitest-environment jsdom
import { chatMockTest } from 'chat-mock/vitest';
import { expect, onTestFinished, vi } from 'vitest';
import { openAndAsk as openPage } from './open-page.tsx';

const test = chatMockTest({ speed: 'instant' });

/** The page, whose requests the mock of the test answers. */
async function openAndAsk(mock: { install(): () => void }, silenceMs?: number) {
  onTestFinished(mock.install());
  return await openPage(silenceMs);
}

test('a complete text takes the place of its pieces', async ({ mock }) => {
  mock.next({ steps: [{ text: 'Revenue grew.', deltas: ['Revenue ', 'grew.'] }] });
  const { element, sees } = await openAndAsk(mock);
  await sees('Revenue grew.');
  await vi.waitFor(() => expect(element.querySelector('[aria-busy=true]')).toBeNull());
  expect(element.querySelectorAll('.text')).toHaveLength(1);
});

test('Markdown becomes elements, and HTML in it stays text', async ({ mock }) => {
  mock.next({ steps: [{ text: '**Revenue** grew.\n\n- in Q3\n\n<b id="b">not bold</b>\n\n[a](javascript:alert())' }] });
  const { element, sees } = await openAndAsk(mock);
  await sees('not bold');
  expect(element.querySelector('.text strong')?.textContent).toBe('Revenue');
  expect(element.querySelector('.text li')?.textContent).toBe('in Q3');
  expect(element.querySelector('#b')).toBeNull();
  expect(element.querySelector('.text a')?.getAttribute('href')).toBe('');
});

test('the reader learns that the service is silent, and can still stop it', async ({ mock }) => {
  mock.next({ steps: [{ text: 'Revenue grew.' }, { hold: 'look' }] });
  const { element, sees } = await openAndAsk(mock, 20);
  await sees('Nothing has come for a while.');
  element.querySelector<HTMLButtonElement>('.stop')?.click();
  await sees('You stopped this answer.');
  expect(await mock.waitForStream({ end: 'client_left' })).toHaveLength(1);
});

test('a connection that is lost leaves what had come', async ({ mock }) => {
  mock.next({
    steps: [{ text: 'Revenue grew.', deltas: ['Revenue ', 'grew.'] }],
    ends: { after: { event: 1 }, how: 'reset' },
  });
  const { sees } = await openAndAsk(mock);
  await sees('Revenue');
  await sees('This answer is incomplete: the connection was lost.');
});
