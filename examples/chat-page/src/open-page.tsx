import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, vi } from 'vitest';
import { ChatPage } from './chat-page.tsx';

/** Opens the page in a test, and asks the first suggestion. */
export async function openAndAsk(silenceMs?: number) {
  const element = document.body.appendChild(document.createElement('div'));
  const root = createRoot(element);
  root.render(silenceMs === undefined ? <ChatPage /> : <ChatPage silenceMs={silenceMs} />);
  onTestFinished(() => {
    root.unmount();
    element.remove();
  });
  const suggestion = await vi.waitUntil(() => element.querySelector<HTMLButtonElement>('.welcome button'));
  suggestion.click();
  const sees = (text: string) => vi.waitFor(() => expect(element.textContent).toContain(text));
  return { element, sees };
}
