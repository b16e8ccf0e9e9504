import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Answer } from './answer.tsx';
import { useChat } from './use-chat.ts';

const SUGGESTIONS = ['What were the main findings in Q3?', '/slow-tool', '/cut-mid-word', '/overloaded'];

/** A chat with an agent that reads documents. */
export function ChatPage({ silenceMs }: { readonly silenceMs?: number }) {
  const { exchanges, isRunning, ask, stop } = useChat(silenceMs);
  const [draft, setDraft] = useState('');
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (exchanges.length > 0) end.current?.scrollIntoView?.({ block: 'end' });
  }, [exchanges]);

  function send(event: FormEvent) {
    event.preventDefault();
    const prompt = draft.trim();
    if (prompt === '' || isRunning) return;
    setDraft('');
    void ask(prompt);
  }

  return (
    <div className="page">
      <header>
        <span className="logo" aria-hidden="true">
          ◆
        </span>
        <h1>Ask your documents</h1>
        <span className="badge">mock</span>
      </header>
      <main>
        <div className="conversation" role="log" aria-label="Conversation" aria-live="polite" aria-busy={isRunning}>
          {exchanges.length === 0 && (
            <section className="welcome">
              <h2>What would you like to know?</h2>
              <p>Ask anything, or name a scenario of the mock to see how the page copes.</p>
              <ul>
                {SUGGESTIONS.map((text) => (
                  <li key={text}>
                    <button type="button" onClick={() => void ask(text)}>
                      {text}
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {exchanges.map((exchange) => (
            <article key={exchange.id}>
              <p className="question">{exchange.prompt}</p>
              <Answer exchange={exchange} canAsk={!isRunning} onAskAgain={() => void ask(exchange.prompt)} />
            </article>
          ))}
          <div ref={end} />
        </div>
        <form onSubmit={send}>
          <label htmlFor="question">Your question</label>
          <input
            id="question"
            value={draft}
            onChange={({ target }) => setDraft(target.value)}
            placeholder="Ask a question, or /slow-tool"
            autoComplete="off"
          />
          {isRunning ? (
            <button type="button" className="stop" onClick={stop}>
              Stop
            </button>
          ) : (
            <button type="submit" disabled={draft.trim() === ''}>
              Ask
            </button>
          )}
        </form>
      </main>
    </div>
  );
}
