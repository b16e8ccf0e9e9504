import { chatMock } from 'chat-mock/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [chatMock()],
});
