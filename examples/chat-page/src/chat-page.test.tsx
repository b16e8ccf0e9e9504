// @vitest-environment jsdom
import { chatMockTest } from 'chat-mock/vitest';
import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, vi } from 'vitest';
import { ChatPage } from './chat-page.tsx';

const test = chatMockTest({ speed: 'instant' });

/** The page, with the first suggestion asked. */
async function openAndAsk(mock: { install(): () => void }, silenceMs?: number) {
  const undo = mock.install();
  const element = document.body.appendChild(document.createElement('div'));
  const root = createRoot(element);
  root.render(silenceMs === undefined ? <ChatPage /> : <ChatPage silenceMs={silenceMs} />);
  onTestFinished(() => {
    root.unmount();
    element.remove();
    undo();
  });
  const suggestion = await vi.waitUntil(() => element.querySelector<HTMLButtonElement>('.welcome button'));
  suggestion.click();
  const sees = (text: string) => vi.waitFor(() => expect(element.textContent).toContain(text));
  return { element, sees };
}

test('a complete text takes the place of its pieces', async ({ mock }) => {
  mock.next({ steps: [{ text: 'Revenue grew.', deltas: ['Revenue ', 'grew.'] }] });
  const { element, sees } = await openAndAsk(mock);
  await sees('Revenue grew.');
  await vi.waitFor(() => expect(element.querySelector('[aria-busy=true]')).toBeNull());
  expect(element.querySelectorAll('.text')).toHaveLength(1);
});

test('a service that falls silent is told, while it can still be stopped', async ({ mock }) => {
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
  await sees('Revenue ');
  await sees('This answer is incomplete: the connection was lost.');
});
