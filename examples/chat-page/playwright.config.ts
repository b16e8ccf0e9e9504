import { defineConfig } from '@playwright/test';
import type { ChatMockWorkerOptions } from 'chat-mock/playwright';

/** A page and a mock that are there already, as in compose.yaml; else Vite is started, which has a mock in it. */
const { PAGE_URL: page, CHAT_MOCK_URL: mock, CHAT_MOCK_TOKEN: token } = process.env;
const url = page ?? 'http://127.0.0.1:5173';

export default defineConfig<object, ChatMockWorkerOptions>({
  testDir: 'e2e',
  fullyParallel: true,
  use: { baseURL: url, chatMockURL: mock ?? url, ...(token !== undefined && { chatMockToken: token }) },
  ...(page === undefined && {
    webServer: { command: 'npx vite --host 127.0.0.1 --port 5173', url, reuseExistingServer: true },
  }),
});
