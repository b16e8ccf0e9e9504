import { defineConfig } from '@playwright/test';
import type { ChatMockWorkerOptions } from 'chat-mock/playwright';

const url = 'http://127.0.0.1:5173';

export default defineConfig<object, ChatMockWorkerOptions>({
  testDir: 'e2e',
  fullyParallel: true,
  use: { baseURL: url, chatMockURL: url },
  webServer: { command: 'npx vite --host 127.0.0.1 --port 5173', url, reuseExistingServer: true },
});
