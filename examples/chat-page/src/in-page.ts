import { createChatMock } from 'chat-mock/browser';

// The page's own fetch is answered in the page, so this needs no server at all, as in a Storybook.
createChatMock().install();
await import('./main.tsx');
