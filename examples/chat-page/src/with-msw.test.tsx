// @vitest-environment jsdom
import { createChatMock } from 'chat-mock';
import { chatMockHandlers } from 'chat-mock/msw';
import { http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, test } from 'vitest';
import { openAndAsk } from './open-page.tsx';

const mock = createChatMock({ speed: 'instant' });
const server = setupServer(...chatMockHandlers(mock, { http, baseURL: location.origin }));
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => void mock.resetAll());
afterAll(() => server.close());

test('an answer is shown', async () => {
  mock.next({ steps: [{ text: 'Revenue grew.' }] });
  const { sees } = await openAndAsk();
  await sees('Revenue grew.');
});

test('a connection that is lost leaves what had come', async () => {
  mock.next('cut-mid-word');
  const { sees } = await openAndAsk();
  await sees('The forecast for next year is un');
  await sees('This answer is incomplete: the connection was lost.');
});

test('the reader learns that the service cannot be reached', async () => {
  mock.next('connection-reset');
  const { sees } = await openAndAsk();
  await sees('The service cannot be reached.');
});
