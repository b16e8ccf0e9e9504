import { useEffect, useState } from 'preact/hooks';
import type { WorldLine } from '../server/control/shapes.ts';
import { callJson } from './api.ts';
import { count } from './format.ts';
import { actingWorld, go } from './place.ts';
import { readWorlds, traffic, version } from './traffic.ts';
import { Field, Problem, Select, useAction } from './ui.tsx';

/** How long nothing happens before the figures are read again. */
const QUIET_MS = 250;

interface Clock {
  readonly mode: 'fixed' | 'real' | 'manual';
  readonly speed: number | 'instant' | null;
  readonly now_ms: number;
  readonly waiting: number;
}

interface Rule extends Readonly<Record<string, unknown>> {
  readonly seen: number;
  readonly fired: number;
}

/** The worlds, and the clock, the chaos and the holds of the one that is acted on. */
export function WorldView() {
  const world = actingWorld.value;
  const name = world === null ? 'the default world' : `world ${world}`;
  return (
    <div class="page world">
      <Worlds />
      <ClockPart key={`clock ${world}`} world={world} name={name} />
      <Holds key={`holds ${world}`} world={world} name={name} />
      <ChaosPart key={`chaos ${world}`} world={world} name={name} />
    </div>
  );
}

/** Calls back now, and soon after anything has happened. */
function useNews(read: () => Promise<void>, world: string | null): void {
  const changes = version.value;
  useEffect(() => {
    const timer = setTimeout(() => void read().catch(() => {}), QUIET_MS); // The loss of the server is said above.
    return () => clearTimeout(timer);
  }, [changes, world]);
}

function Worlds() {
  const acting = actingWorld.value;
  const [worlds, setWorlds] = useState<readonly WorldLine[]>([]);
  const [sure, setSure] = useState<string | null>(null);
  const { problem, isBusy, run } = useAction();
  const read = async () => setWorlds(await readWorlds());
  useNews(read, acting);
  const reset = (world: string | null, all: boolean) =>
    run(async () => {
      await callJson('POST reset', { world, body: all ? { all } : {} });
      if (all) traffic.clear();
      else traffic.clear(world);
      version.value += 1;
      setSure(null);
      await read();
    });
  return (
    <section aria-label="Worlds">
      <h2>Worlds</h2>
      <p class="hint">
        A world is what the header X-Test-Id names: its own sessions, journal, clock and queue. Requests without it
        share the default one.
      </p>
      <table class="plain-table worlds">
        <thead>
          <tr>
            <th scope="col">World</th>
            <th scope="col">Requests</th>
            <th scope="col">Streams</th>
            <th scope="col">Open</th>
            <th scope="col">Queued</th>
            <th scope="col">
              <span class="unseen">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {worlds.map(({ world, requests, streams, open, queued }) => {
            const label = world ?? 'default';
            const key = world === null ? '-' : `+${world}`;
            return (
              <tr key={key} aria-current={world === acting}>
                <th scope="row">
                  <bdi>{label}</bdi>
                </th>
                <td>{requests}</td>
                <td>{streams}</td>
                <td>{open}</td>
                <td>{queued}</td>
                <td class="buttons">
                  <button type="button" disabled={world === acting} onClick={() => go({ world: world ?? '' })}>
                    Switch to it
                  </button>
                  <button
                    type="button"
                    class={sure === key ? 'danger' : ''}
                    disabled={isBusy}
                    aria-label={sure === key ? `Yes, reset ${label}` : `Reset ${label}`}
                    onClick={() => (sure === key ? reset(world, false) : setSure(key))}
                  >
                    {sure === key ? 'Yes, reset' : 'Reset'}
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <button
        type="button"
        class={sure === 'all' ? 'danger' : ''}
        disabled={isBusy}
        onClick={() => (sure === 'all' ? reset(null, true) : setSure('all'))}
      >
        {sure === 'all' ? 'Yes, reset every world' : 'Reset every world'}
      </button>
      {problem !== null && <Problem>{problem}</Problem>}
    </section>
  );
}

function ClockPart({ world, name }: { readonly world: string | null; readonly name: string }) {
  const [clock, setClock] = useState<Clock | null>(null);
  const [advance, setAdvance] = useState('500');
  const { problem, isBusy, run } = useAction();
  const read = async () => setClock(await callJson<Clock>('GET clock', { world }));
  useNews(read, world);
  const put = (mode: string, speed: unknown) =>
    run(async () =>
      setClock(await callJson<Clock>('PUT clock', { world, body: { mode, ...(speed !== null && { speed }) } })),
    );
  return (
    <section aria-label="Clock">
      <h2>Clock of {name}</h2>
      {clock && (
        <fieldset disabled={isBusy} class="fields">
          <legend class="unseen">Clock</legend>
          <Select
            label="Mode"
            value={clock.mode}
            options={[
              ['fixed', 'fixed: the same time in data each run'],
              ['real', 'real: the time of this machine'],
              ['manual', 'manual: streams wait until it is advanced'],
            ]}
            onChange={(mode) => put(mode, null)}
          />
          {clock.mode === 'manual' ? (
            <form
              class="joined"
              onSubmit={(event) => {
                event.preventDefault();
                run(async () =>
                  setClock(await callJson<Clock>('POST clock/advance', { world, body: { ms: Number(advance) } })),
                );
              }}
            >
              <Field label="Advance by ms">
                {(id) => (
                  <input
                    id={id}
                    type="number"
                    min={0}
                    value={advance}
                    onInput={(event) => setAdvance(event.currentTarget.value)}
                  />
                )}
              </Field>
              <button type="submit" class="primary">
                Advance
              </button>
              <span role="status">{count(clock.waiting, 'stream')} waiting for it</span>
            </form>
          ) : (
            <Select
              label="Speed of streams"
              value={String(clock.speed)}
              options={[...new Set(['0.1', '0.5', '1', '2', '10', '100', 'instant', String(clock.speed)])].map(
                (speed) => [speed, speed === 'instant' ? 'instant' : `× ${speed}`],
              )}
              onChange={(speed) => put(clock.mode, speed === 'instant' ? speed : Number(speed))}
            />
          )}
        </fieldset>
      )}
      {problem !== null && <Problem>{problem}</Problem>}
    </section>
  );
}

function Holds({ world, name }: { readonly world: string | null; readonly name: string }) {
  const [holds, setHolds] = useState<readonly { readonly name: string; readonly waiting: number }[]>([]);
  const { problem, isBusy, run } = useAction();
  const read = async () => setHolds((await callJson<{ holds: typeof holds }>('GET holds', { world })).holds);
  useNews(read, world);
  const release = (path: string) =>
    run(async () => {
      await callJson(`POST ${path}`, { world });
      await read();
    });
  return (
    <section aria-label="Holds">
      <h2>Holds of {name}</h2>
      {holds.length === 0 ? (
        <p class="hint">No stream waits for a release. The scenario /held-answer has a hold to try.</p>
      ) : (
        <>
          <ul class="plain-list">
            {holds.map(({ name: hold, waiting }) => (
              <li key={hold}>
                <bdi>{hold}</bdi> <span class="hint">{count(waiting, 'stream')}</span>{' '}
                <button
                  type="button"
                  disabled={isBusy}
                  onClick={() => release(`holds/${encodeURIComponent(hold)}/release`)}
                >
                  Release {hold}
                </button>
              </li>
            ))}
          </ul>
          <button type="button" class="primary" disabled={isBusy} onClick={() => release('holds/release')}>
            Release all
          </button>
        </>
      )}
      {problem !== null && <Problem>{problem}</Problem>}
    </section>
  );
}

/** Rules to begin with. */
const samples: Readonly<Record<string, object>> = {
  'every tenth request is a 503': { probability: 0.1, answer: { status: 503, headers: { 'retry-after': '1' } } },
  'answers are 200 to 800 ms late': { latency_ms: [200, 800] },
  'ten turns a second, then 429': { operation: 'streamMessages', rate_limit: { requests: 10, per_ms: 1000 } },
  'every fifth stream is cut': {
    operation: 'streamMessages',
    probability: 0.2,
    answer: { ends: { after: { event: 5 }, how: 'reset' } },
  },
};

function ChaosPart({ world, name }: { readonly world: string | null; readonly name: string }) {
  const [rules, setRules] = useState<readonly Rule[]>([]);
  const [text, setText] = useState<string | null>(null);
  const { problem, isBusy, run } = useAction();
  const read = async () => setRules((await callJson<{ rules: readonly Rule[] }>('GET chaos', { world })).rules);
  useNews(read, world);
  const bare = rules.map(({ seen: _seen, fired: _fired, ...rule }) => rule);
  const put = (wanted: unknown) =>
    run(async () => {
      setRules((await callJson<{ rules: readonly Rule[] }>('PUT chaos', { world, body: { rules: wanted } })).rules);
      setText(null);
    });
  return (
    <section aria-label="Chaos">
      <h2>Chaos of {name}</h2>
      {rules.length === 0 ? (
        <p class="hint">No rule: every request is answered as it should be.</p>
      ) : (
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Asked</th>
              <th scope="col">Struck</th>
              <th scope="col">
                <span class="unseen">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rules.map(({ seen, fired }, index) => (
              <tr key={index}>
                <td>
                  <code>{JSON.stringify(bare[index])}</code>
                </td>
                <td>{seen}</td>
                <td>{fired}</td>
                <td>
                  <button
                    type="button"
                    disabled={isBusy}
                    aria-label={`Remove rule ${index + 1}`}
                    onClick={() => put(bare.toSpliced(index, 1))}
                  >
                    Remove
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="buttons">
        <Select
          label="Add a rule"
          isHidden
          value=""
          options={[['', 'Add a rule…'], ...Object.keys(samples).map((one) => [one, one] as const)]}
          onChange={(one) => samples[one] && put([...bare, samples[one]])}
        />
        <button
          type="button"
          aria-pressed={text !== null}
          onClick={() => setText(text === null ? JSON.stringify(bare, null, 2) : null)}
        >
          Edit as JSON
        </button>
        {rules.length > 0 && (
          <button type="button" disabled={isBusy} onClick={() => put([])}>
            End the chaos
          </button>
        )}
      </div>
      {text !== null && (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            run(async () => {
              setRules(
                (await callJson<{ rules: readonly Rule[] }>('PUT chaos', { world, body: { rules: JSON.parse(text) } }))
                  .rules,
              );
              setText(null);
            });
          }}
        >
          <Field label="The rules as JSON">
            {(id) => (
              <textarea
                id={id}
                class="mono"
                rows={10}
                spellcheck={false}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
              />
            )}
          </Field>
          <button type="submit" class="primary" disabled={isBusy}>
            Put these rules
          </button>
        </form>
      )}
      {problem !== null && <Problem>{problem}</Problem>}
    </section>
  );
}
