import { useState } from 'preact/hooks';
import type { StreamDetail } from '../server/control/shapes.ts';
import { call } from './api.ts';
import { isTyping, useKeys } from './keys.ts';
import { Problem, useAction } from './ui.tsx';

const endings = { close: 'Close', truncate: 'Truncate', reset: 'Reset', hang: 'Hang' } as const;

/** The state of the stream, and what can be done with it now. */
export function Controls({
  detail,
  world,
  refresh,
}: {
  readonly detail: StreamDetail;
  readonly world: string | null;
  readonly refresh: () => void;
}) {
  const { id, state, hold, end } = detail;
  const { problem, isBusy, run } = useAction();
  const [steps, setSteps] = useState(5);
  const act = (route: string, body?: object) =>
    run(async () => {
      await call(`POST ${route}`, { world, body });
      refresh();
    });
  const step = (events: number) => act(`streams/${id}/step`, { events });
  const isOver = state === 'over';
  const canStep = state === 'paused' && hold === null;
  useKeys((event) => {
    if (event.key !== ' ' || isTyping(event) || event.target instanceof HTMLButtonElement) return false;
    if (canStep) step(1);
    else if (state === 'running') act(`streams/${id}/pause`);
    return true;
  });
  return (
    <div class={`stream-bar state-${state}`}>
      <span class="state">
        <span class="dot" />
        {describeState(state, { hold, end })}
      </span>
      {!isOver && (
        <fieldset class="buttons" disabled={isBusy}>
          <legend class="unseen">Steer the stream</legend>
          {hold !== null && (
            <button type="button" class="primary" onClick={() => act(`holds/${encodeURIComponent(hold)}/release`)}>
              Release hold
            </button>
          )}
          {state === 'paused' ? (
            <button type="button" class={hold === null ? 'primary' : ''} onClick={() => act(`streams/${id}/resume`)}>
              Resume
            </button>
          ) : (
            <button
              type="button"
              disabled={state !== 'running' && state !== 'held'}
              onClick={() => act(`streams/${id}/pause`)}
            >
              Pause
            </button>
          )}
          <button type="button" disabled={!canStep} onClick={() => step(1)}>
            Step one event
          </button>
          <span class="joined">
            <button type="button" disabled={!canStep} onClick={() => step(steps)}>
              Step {steps}
            </button>
            <input
              type="number"
              min={1}
              max={1000}
              value={steps}
              aria-label="Number of events to step"
              onInput={(event) =>
                setSteps(Math.min(1000, Math.max(1, Math.round(event.currentTarget.valueAsNumber) || 1)))
              }
            />
          </span>
          <span class="joined">
            <span class="joined-label" id="end-now">
              End now:
            </span>
            {(Object.keys(endings) as (keyof typeof endings)[]).map(
              (
                how, // The table's keys.
              ) => (
                <button
                  key={how}
                  type="button"
                  class="danger"
                  aria-label={`End now: ${how}`}
                  disabled={how === 'hang' && state === 'hanging'}
                  onClick={() => act(`streams/${id}/end`, { how })}
                >
                  {endings[how]}
                </button>
              ),
            )}
          </span>
        </fieldset>
      )}
      {problem !== null && <Problem>{problem}</Problem>}
    </div>
  );
}

/** The state in words. */
export function describeState(
  state: StreamDetail['state'],
  { hold, end }: { readonly hold: string | null; readonly end: StreamDetail['end'] },
): string {
  if (state === 'over') return end === null ? 'Over' : endNames[end];
  if (hold !== null) return `${state === 'paused' ? 'Paused at' : 'Held at'} ${hold}`;
  return { running: 'Running', paused: 'Paused', held: 'Held', hanging: 'Hanging: nothing more comes' }[state];
}

const endNames: Readonly<Record<NonNullable<StreamDetail['end']>, string>> = {
  close: 'Ended well',
  truncate: 'Truncated',
  reset: 'Reset',
  client_left: 'The client left',
  stopped: 'Stopped by the mock',
  failed: 'Failed',
};
