import { createChatMock } from 'chat-mock/browser';
import { serviceUrl } from './service-url.ts';

// The page's own fetch is answered in the page, so this needs no server at all, as in a Storybook.
createChatMock().install({ baseURL: serviceUrl });
await import('./main.tsx');
