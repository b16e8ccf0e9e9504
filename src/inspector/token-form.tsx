import { useState } from 'preact/hooks';
import { useToken } from './api.ts';

/** Asks for the control token; `retry` is called with the token kept. */
export function TokenForm({ hasFailed, retry }: { readonly hasFailed: boolean; readonly retry: () => void }) {
  const [text, setText] = useState('');
  return (
    <main class="gate">
      <h1>chat-mock inspector</h1>
      <p>This mock was started with --control-token. The token stays in this tab and is forgotten when you close it.</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          useToken(text.trim());
          retry();
        }}
      >
        <label>
          Control token
          <input
            type="password"
            autocomplete="off"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            aria-invalid={hasFailed}
          />
        </label>
        <button type="submit" class="primary" disabled={text.trim() === ''}>
          Open the inspector
        </button>
      </form>
      {hasFailed && <p role="alert">The server does not accept this token. Look at how it was started.</p>}
    </main>
  );
}
