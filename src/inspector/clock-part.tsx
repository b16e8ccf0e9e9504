import { useState } from 'preact/hooks';
import { callJson } from './api.ts';
import { count } from './format.ts';
import { Field, Problem, Select, useAction } from './ui.tsx';
import { useNews } from './use-news.ts';

interface Clock {
  readonly mode: 'fixed' | 'real' | 'manual';
  readonly speed: number | 'instant' | null;
  readonly now_ms: number;
  readonly waiting: number;
}

/** The clock of a world, and the streams that wait for it. */
export function ClockPart({ world, name }: { readonly world: string | null; readonly name: string }) {
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
              ['fixed', 'fixed: the same times each run'],
              ['real', 'real: times of this machine'],
              ['manual', 'manual: waits until advanced'],
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
