import { useState } from 'preact/hooks';
import type { WorldLine } from '../server/control/shapes.ts';
import { callJson } from './api.ts';
import { ChaosPart } from './chaos-part.tsx';
import { ClockPart } from './clock-part.tsx';
import { count } from './format.ts';
import { actingWorld, go } from './place.ts';
import { PlainTable } from './plain-table.tsx';
import { readWorlds, traffic, version } from './traffic.ts';
import { Problem, useAction } from './ui.tsx';
import { useNews } from './use-news.ts';

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
    <section class="worlds" aria-label="Worlds">
      <h2>Worlds</h2>
      <p class="hint">
        A world is what the header X-Test-Id names: its own sessions, journal, clock and queue. Requests without it
        share the default one.
      </p>
      <PlainTable columns={['World', 'Requests', 'Streams', 'Open', 'Queued', '']}>
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
      </PlainTable>
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
