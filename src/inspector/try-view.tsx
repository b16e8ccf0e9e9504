import { useEffect, useRef, useState } from 'preact/hooks';
import { emptyTurn, readEvents, type Turn } from '../client/index.ts';
import { callJson } from './api.ts';
import { apiKey, chat, chatJson, keepApiKey } from './chat.ts';
import { messageOf } from './format.ts';
import { actingWorld, go, place } from './place.ts';
import type { ListedSession } from './sessions-view.tsx';
import { traffic } from './traffic.ts';
import { apply, TurnView } from './turn-view.tsx';
import { Field, Problem, Select } from './ui.tsx';

/** Scenarios that show most, offered first. */
const first = ['q3-findings', 'slow-tool', 'held-answer', 'parallel-tools', 'agent-error', 'cut-mid-word'];

interface KnownScenario {
  readonly scenario: string;
  readonly description: string | null;
}

/** A small chat page: choose a session, write a prompt, watch the turn. */
export function TryView() {
  const world = actingWorld.value;
  const [sessions, setSessions] = useState<readonly ListedSession[]>([]);
  const [scenarios, setScenarios] = useState<readonly KnownScenario[]>([]);
  const [session, setSession] = useState(place.value.session ?? '');
  const [indexes, setIndexes] = useState('idx-abc123');
  const [prompt, setPrompt] = useState('');
  const [asked, setAsked] = useState<string | null>(null);
  const [turn, setTurn] = useState<Turn | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  const [isRunning, setIsRunning] = useState(false);
  const key = apiKey.value;
  useEffect(() => {
    chatJson<{ items: readonly ListedSession[] }>('GET chat?page_size=100', { world }).then(
      ({ items }) => {
        setSessions(items);
        setProblem(null);
      },
      (error: Error) => setProblem(error.message),
    );
  }, [world, key]);
  useEffect(() => {
    callJson<{ scenarios: readonly KnownScenario[] }>('GET scenarios').then(
      ({ scenarios: all }) => setScenarios(all),
      () => {}, // Only suggestions: without them the page works.
    );
  }, []);
  useEffect(() => () => running.current?.abort(), []);

  const send = async () => {
    const leaving = new AbortController();
    running.current = leaving;
    setIsRunning(true);
    setProblem(null);
    setTurn(emptyTurn);
    setAsked(prompt);
    try {
      const id = session === '' ? await create(leaving.signal) : session;
      const ids = indexes.split(/[\s,]+/).filter(Boolean);
      const response = await chat(`POST chat/${encodeURIComponent(id)}/messages/stream`, {
        world,
        body: { prompt, index_ids: ids },
        signal: leaving.signal,
      });
      let now = emptyTurn;
      for await (const event of readEvents(response.body)) {
        now = apply(now, { ...event });
        setTurn(now);
      }
      setTurn(now.status === 'running' ? { ...now, status: 'incomplete' } : now);
    } catch (error) {
      setTurn((before) => before && { ...before, status: before.status === 'running' ? 'incomplete' : before.status });
      setProblem(
        leaving.signal.aborted
          ? 'You left before the end, as a reader who closes the page does.'
          : `The stream was lost: ${messageOf(error)}`,
      );
    } finally {
      setIsRunning(false);
    }
  };
  const create = async (signal: AbortSignal): Promise<string> => {
    const ids = indexes.split(/[\s,]+/).filter(Boolean);
    const made = await chatJson<ListedSession>('POST chat', { world, body: { index_ids: ids }, signal });
    setSessions((before) => [made, ...before]);
    setSession(made.session_id);
    return made.session_id;
  };
  const showEvents = () => {
    const row = traffic.rows.findLast(
      ({ request }) =>
        request.world === world && request.operation === 'streamMessages' && request.session_id === session,
    );
    if (row) go({ view: 'traffic', request: { world, id: row.request.id }, event: null });
    else go({ view: 'traffic' });
  };
  const known = new Set(scenarios.map(({ scenario }) => scenario));
  const offered = [...first.filter((name) => known.has(name)), ...[...known].filter((name) => !first.includes(name))];
  return (
    <div class="page try">
      <h2>Try it</h2>
      <p class="hint">A message goes to the mock as from any client, and its stream shows up in the traffic.</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div class="fields">
          <Select
            label="Session"
            value={session}
            options={[
              ['', 'A new session'],
              ...sessions.map(
                ({ session_id, generated_title }) =>
                  [session_id, `${session_id} — ${(generated_title ?? 'no title').slice(0, 50)}`] as const,
              ),
            ]}
            onChange={setSession}
          />
          <Field label="Indexes">
            {(id) => <input id={id} value={indexes} onInput={(event) => setIndexes(event.currentTarget.value)} />}
          </Field>
          <Field label="API key">
            {(id) => (
              <input
                id={id}
                type="password"
                autocomplete="off"
                value={key}
                onInput={(event) => keepApiKey(event.currentTarget.value)}
              />
            )}
          </Field>
        </div>
        <Field label="Prompt" hint="Begin with the name of a scenario, as /slow-tool, to choose what happens.">
          {(id) => (
            <textarea
              id={id}
              rows={3}
              value={prompt}
              placeholder="What were the main findings in Q3?"
              onInput={(event) => setPrompt(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || isRunning || prompt.trim() === '')
                  return;
                event.preventDefault();
                void send();
              }}
            />
          )}
        </Field>
        {offered.length > 0 && (
          <div class="suggestions">
            {offered.slice(0, 6).map((name) => (
              <button key={name} type="button" class="chip" onClick={() => setPrompt(`/${name}`)}>
                /{name}
              </button>
            ))}
            <Select
              label="All scenarios"
              isHidden
              value=""
              options={[['', 'More scenarios…'], ...offered.map((name) => [name, name] as const)]}
              onChange={(name) => name !== '' && setPrompt(`/${name}`)}
            />
          </div>
        )}
        <div class="buttons">
          <button type="submit" class="primary" disabled={isRunning || prompt.trim() === ''}>
            Send
          </button>
          {isRunning && (
            <button type="button" onClick={() => running.current?.abort()}>
              Leave
            </button>
          )}
          {turn && (
            <button type="button" class="quiet" onClick={showEvents}>
              Show its events
            </button>
          )}
        </div>
      </form>
      {problem !== null && <Problem>{problem}</Problem>}
      {turn && <TurnView turn={turn} world={world} prompt={asked} />}
    </div>
  );
}
