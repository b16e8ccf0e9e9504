import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { callJson, needsToken, token } from './api.ts';
import { isTyping, keyNames, useKeys } from './keys.ts';
import { NextView } from './next-view.tsx';
import { followLocation, go, linkTo, place, type View, views } from './place.ts';
import { SessionsView } from './sessions-view.tsx';
import { TokenForm } from './token-form.tsx';
import { connection, listen, traffic, version, worldNames } from './traffic.ts';
import { TrafficView } from './traffic-view.tsx';
import { TryView } from './try-view.tsx';
import { Select } from './ui.tsx';
import { WorldView } from './world-view.tsx';

interface Health {
  readonly edition: string;
  readonly seed: number | string;
}

const drawers: Readonly<Record<View, () => JSX.Element>> = {
  traffic: TrafficView,
  try: TryView,
  next: NextView,
  sessions: SessionsView,
  world: WorldView,
};

/** The page. */
export function App() {
  const [health, setHealth] = useState<Health | null>(null);
  const [helps, setHelps] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);
  const start = () => {
    setHasFailed(false);
    void listen().then(() => setHasFailed(true)); // It ends only where the token is wrong.
  };
  useEffect(() => {
    followLocation();
    start();
    callJson<Health>('GET health').then(setHealth, () => {}); // Said by `connection`.
  }, []);
  useKeys((event) => {
    if (event.key !== '?' || isTyping(event)) return false;
    setHelps(true);
    return true;
  });
  if (needsToken.value) return <TokenForm hasFailed={hasFailed && token.value !== null} retry={start} />;
  const { view } = place.value;
  const Drawn = drawers[view];
  return (
    <>
      <header class="top">
        <h1>
          chat-mock <span class="unseen">inspector</span>
        </h1>
        <nav aria-label="Views">
          {(Object.keys(views) as View[]).map((name) => (
            <a
              key={name}
              href={linkTo({ view: name })}
              aria-current={name === view ? 'page' : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                go({ view: name });
              }}
            >
              {views[name]}
            </a>
          ))}
        </nav>
        <OpenStreams />
        <WorldSelect />
        <span class={`connection ${connection.value}`} role="status">
          <span class="dot" />
          {{ live: 'Live', connecting: 'Connecting…', lost: 'Connection lost, trying again' }[connection.value]}
        </span>
        {health && (
          <span class="hint facts-top">
            {health.edition} · seed {health.seed}
          </span>
        )}
        {token.value === null && (
          <a class="docs" href="docs" target="_blank" rel="noreferrer">
            API reference
          </a>
        )}
        <button type="button" class="quiet" aria-label="Keys" onClick={() => setHelps(true)}>
          ?
        </button>
      </header>
      <main class={`view-${view}`}>
        <Drawn />
      </main>
      {helps && <Help close={() => setHelps(false)} />}
    </>
  );
}

/** How many streams are open, and the one that is held longest: a held stream is seen from everywhere. */
function OpenStreams() {
  version.value;
  const open = traffic.openStreams;
  const stopped = open.find(({ state }) => state === 'held') ?? open.find(({ state }) => state === 'paused');
  const shown = stopped ?? open[0];
  if (!shown) return null;
  const show = () => {
    const row = traffic.rows.findLast(
      ({ request }) => request.stream === shown.stream && request.world === shown.world,
    );
    go({ view: 'traffic', event: null, ...(row && { request: { world: shown.world, id: row.request.id } }) });
  };
  return (
    <button type="button" class={`open-streams state-${shown.state}`} onClick={show}>
      <span class="dot" />
      {stopped
        ? `${stopped.state === 'held' ? 'Held' : 'Paused'}${stopped.hold === null ? '' : `: ${stopped.hold}`}`
        : `${open.length} running`}
    </button>
  );
}

function WorldSelect() {
  const { world } = place.value;
  const names = worldNames.value.slice(0, 200);
  const listed = world === '*' || world === '' || names.includes(world) ? names : [world, ...names];
  return (
    <Select
      label="World"
      value={world}
      options={[['*', 'all worlds'], ['', 'default world'], ...listed.map((name) => [name, name] as const)]}
      onChange={(value) => go({ world: value })}
    />
  );
}

function Help({ close }: { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {keyNames.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => dialog.current?.close()}>
          Close
        </button>
        {token.value === null && (
          <a href="docs" target="_blank" rel="noreferrer">
            API reference
          </a>
        )}
      </div>
    </dialog>
  );
}
