import { useEffect, useState } from 'preact/hooks';
import { emptyTurn, type Turn } from '../client/index.ts';
import { chat, chatJson } from './chat.ts';
import { actingWorld, go, place } from './place.ts';
import { apply, TurnView } from './turn-view.tsx';
import { Problem, useAction } from './ui.tsx';

/** A session as the list of the API has it. */
export interface ListedSession {
  readonly session_id: string;
  readonly generated_title?: string | null;
  readonly last_updated_at: string;
  readonly index_ids?: readonly string[] | null;
}

interface SessionPage {
  readonly items: readonly ListedSession[];
  readonly next_page_token?: string | null;
}

interface WholeSession extends ListedSession {
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** The sessions of the world: the list, one with its history, and what can be done with it. */
export function SessionsView() {
  const world = actingWorld.value;
  const id = place.value.session;
  const [page, setPage] = useState<SessionPage>({ items: [] });
  const { problem, isBusy, run } = useAction();
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    run(async () => setPage(await chatJson<SessionPage>('GET chat?page_size=50', { world })));
  }, [world, changes]);
  const readMore = async () => {
    const token = page.next_page_token;
    if (!token) return;
    const more = await chatJson<SessionPage>(`GET chat?page_size=50&page_token=${encodeURIComponent(token)}`, {
      world,
    });
    setPage({ ...more, items: [...page.items, ...more.items] });
  };
  return (
    <div class={id === null ? 'page sessions' : 'page sessions with-detail'}>
      <section class="session-list" aria-label="Sessions">
        <h2>Sessions</h2>
        {problem !== null && <Problem>{problem}</Problem>}
        {page.items.length === 0 && problem === null && !isBusy && (
          <p class="empty">No session yet. Send a message under “Try it”, or create one with your client.</p>
        )}
        <ul>
          {page.items.map(({ session_id, generated_title, last_updated_at }) => (
            <li key={session_id}>
              <button type="button" aria-current={session_id === id} onClick={() => go({ session: session_id })}>
                <bdi class="title">{generated_title ?? 'No title'}</bdi>
                <span class="hint">
                  <bdi>{session_id}</bdi> · {last_updated_at.slice(0, 16).replace('T', ' ')}
                </span>
              </button>
            </li>
          ))}
        </ul>
        {page.next_page_token && (
          <button type="button" disabled={isBusy} onClick={() => run(readMore)}>
            More
          </button>
        )}
      </section>
      {id !== null && <SessionDetail key={id} id={id} world={world} changed={() => setChanges(changes + 1)} />}
    </div>
  );
}

function SessionDetail({
  id,
  world,
  changed,
}: {
  readonly id: string;
  readonly world: string | null;
  readonly changed: () => void;
}) {
  const [session, setSession] = useState<WholeSession | null>(null);
  const [isSure, setIsSure] = useState(false);
  const { problem, isBusy, run } = useAction();
  const path = `chat/${encodeURIComponent(id)}`;
  const read = async () => setSession(await chatJson<WholeSession>(`GET ${path}`, { world }));
  useEffect(() => run(read), [id, world]);
  const makeTitle = async () => {
    await chat(`POST ${path}/title`, { world, body: { first_message: firstMessage } });
    await read();
    changed();
  };
  const firstMessage = session?.events.find(({ type }) => type === 'user_input')?.['content'];
  const remove = async () => {
    await chat(`DELETE ${path}`, { world });
    changed();
    go({ session: null });
  };
  return (
    <section class="session" aria-label="The chosen session">
      <header>
        <button type="button" class="quiet close" aria-label="Close the session" onClick={() => go({ session: null })}>
          ✕
        </button>
        <h2>
          <bdi>{session?.generated_title ?? (session ? 'No title' : id)}</bdi>
        </h2>
        <p class="hint">
          <bdi>{id}</bdi>
          {session?.index_ids && ` · ${session.index_ids.join(', ')}`}
        </p>
        <div class="buttons">
          <button type="button" class="primary" onClick={() => go({ view: 'try' })}>
            Ask in it
          </button>
          <button type="button" disabled={isBusy || firstMessage === undefined} onClick={() => run(makeTitle)}>
            Generate the title
          </button>
          {isSure ? (
            <button type="button" class="danger" disabled={isBusy} onClick={() => run(remove)}>
              Yes, delete it
            </button>
          ) : (
            <button type="button" onClick={() => setIsSure(true)}>
              Delete
            </button>
          )}
        </div>
      </header>
      {problem !== null && <Problem>{problem}</Problem>}
      {session &&
        (session.events.length === 0 ? (
          <p class="empty">No message yet.</p>
        ) : (
          turnsOf(session.events).map(({ prompt, turn }, index) => (
            <TurnView key={index} turn={turn} prompt={prompt} world={world} />
          ))
        ))}
    </section>
  );
}

/** The turns of a history: each begins with what the user said. */
function turnsOf(events: WholeSession['events']): { readonly prompt: string | null; readonly turn: Turn }[] {
  const turns: { prompt: string | null; turn: Turn }[] = [];
  for (const event of events) {
    if (event['type'] === 'user_input') turns.push({ prompt: String(event['content']), turn: emptyTurn });
    else {
      if (turns.length === 0) turns.push({ prompt: null, turn: emptyTurn });
      const last = turns.at(-1);
      if (last) last.turn = apply(last.turn, event);
    }
  }
  return turns.map(({ prompt, turn }) => ({
    prompt,
    turn: turn.status === 'running' ? { ...turn, status: 'incomplete' } : turn,
  }));
}
