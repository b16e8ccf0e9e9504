import { useEffect, useMemo, useState } from 'preact/hooks';
import type { StreamDetail } from '../server/control/shapes.ts';
import { call } from './api.ts';
import { BytesView } from './bytes-view.tsx';
import { count, formatBytes, formatMs } from './format.ts';
import { JsonView } from './json-view.tsx';
import { isTyping, useKeys } from './keys.ts';
import { Lane } from './lane.tsx';
import { type TimeKind, timeOf } from './lane-scale.ts';
import { go, place } from './place.ts';
import { type Frame, useStream } from './stream-state.ts';
import { TurnView, useTurn } from './turn-view.tsx';
import { CopyButton, Problem, Select, useAction } from './ui.tsx';
import { VirtualList } from './virtual-list.tsx';

const endings = { close: 'Close', truncate: 'Truncate', reset: 'Reset', hang: 'Hang' } as const;

/** One stream: its state and buttons, its frames along time and in a list, and the turn that they make. */
export function StreamPanel({
  world,
  id,
  prompt,
}: {
  readonly world: string | null;
  readonly id: number;
  readonly prompt: string | null;
}) {
  const { detail, frames, problem, refresh } = useStream(world, id);
  const [time, setTime] = useState<TimeKind>('script');
  const selected = place.value.event;
  const select = (index: number) => go({ event: index }, { replace: true });
  const events = useMemo(() => frames.map(({ event }) => event), [frames]);
  const turn = useTurn(events, detail?.state === 'over');
  if (!detail) return problem === null ? <p class="hint">Loading…</p> : <Problem>{problem}</Problem>;
  const frame = selected === null ? undefined : frames[selected];
  return (
    <div class="stream">
      <Controls detail={detail} world={world} refresh={refresh} />
      {problem !== null && <Problem>{problem}</Problem>}
      <div class="lane-head">
        <Select
          label="Time"
          value={time}
          options={[
            ['script', 'of the script'],
            ['real', 'real'],
          ]}
          onChange={(value) => setTime(value === 'real' ? 'real' : 'script')}
        />
        <Facts detail={detail} />
        <SaveButton id={id} world={world} isKept={detail.kept === 'whole'} />
      </div>
      <Lane detail={detail} frames={frames} selected={selected} time={time} onSelect={select} />
      {detail.kept !== 'whole' && (
        <p class="notice">
          {detail.kept === 'cut'
            ? 'Only the first megabyte of this stream is kept.'
            : 'The events of this stream are no longer kept: newer ones needed the room. Its facts are.'}
        </p>
      )}
      <div class="stream-columns">
        <section class="frames" aria-label="Events of the stream">
          <FrameList
            frames={frames}
            selected={selected}
            time={time}
            isOver={detail.state === 'over'}
            onSelect={select}
          />
          {frame ? (
            <FrameView frame={frame} index={selected ?? 0} />
          ) : (
            <p class="hint pad">Choose an event to see its JSON and its bytes.</p>
          )}
        </section>
        <section class="preview" aria-label="The turn as a chat page shows it">
          <TurnView turn={turn} world={world} prompt={prompt} />
        </section>
      </div>
    </div>
  );
}

/** The state of the stream, and what can be done with it now. */
function Controls({
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

function SaveButton({
  id,
  world,
  isKept,
}: {
  readonly id: number;
  readonly world: string | null;
  readonly isKept: boolean;
}) {
  const { problem, isBusy, run } = useAction();
  const save = async () => {
    const response = await call(`GET streams/${id}/scenario`, { world });
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = url;
    link.download = `stream-${id}.yaml`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <>
      <button type="button" class="quiet" disabled={isBusy || !isKept} onClick={() => run(save)}>
        Save as scenario
      </button>
      {problem !== null && <Problem>{problem}</Problem>}
    </>
  );
}

function Facts({ detail }: { readonly detail: StreamDetail }) {
  const { id, events, bytes, sha256, elapsed_ms, stalls, stalled_ms, client_left, scenario, why } = detail;
  return (
    <dl class="facts">
      <div>
        <dt>Stream</dt>
        <dd>{id}</dd>
      </div>
      <div>
        <dt>Scenario</dt>
        <dd>
          <bdi>{scenario}</bdi> <span class="hint">({why})</span>
        </dd>
      </div>
      <div>
        <dt>Sent</dt>
        <dd>
          {count(events, 'event')}, {formatBytes(bytes)} in {formatMs(elapsed_ms)}
        </dd>
      </div>
      {stalls > 0 && (
        <div>
          <dt>Back-pressure</dt>
          <dd>
            {count(stalls, 'time')}, {formatMs(stalled_ms)}
          </dd>
        </div>
      )}
      {client_left && (
        <div>
          <dt>Client left</dt>
          <dd>
            after event {client_left.event}, byte {client_left.byte}, {formatMs(client_left.ms)}
          </dd>
        </div>
      )}
      <div>
        <dt>SHA-256</dt>
        <dd class="mono" title={sha256}>
          {sha256.slice(0, 12)}… <CopyButton label="Copy" text={() => sha256} />
        </dd>
      </div>
    </dl>
  );
}

function FrameList({
  frames,
  selected,
  time,
  isOver,
  onSelect,
}: {
  readonly frames: readonly Frame[];
  readonly selected: number | null;
  readonly time: TimeKind;
  readonly isOver: boolean;
  readonly onSelect: (index: number) => void;
}) {
  const move = (step: number) => {
    if (frames.length > 0) onSelect(Math.max(0, Math.min(frames.length - 1, (selected ?? -1) + step)));
  };
  return (
    <VirtualList
      count={frames.length}
      rowHeight={24}
      label="Events"
      follows={selected === null && !isOver}
      active={selected === null ? null : { index: selected, id: `frame-${selected}` }}
      onKeyDown={(event) => {
        const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: 10, PageUp: -10 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        move(step);
      }}
      draw={(index, key) => {
        const frame = frames[index];
        return (
          frame && (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys.
            // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus.
            <div
              key={key}
              id={`frame-${index}`}
              class={`frame-row type-${frame.type.replaceAll(/\W/g, '-')}`}
              role="option"
              aria-selected={index === selected}
              onClick={() => onSelect(index)}
            >
              <span class="frame-number">{index + 1}</span>
              <span class="frame-time">{formatMs(timeOf(frame, time))}</span>
              <span class="frame-type">{frame.type.slice(0, 40)}</span>
              <bdi class="frame-text">{summarize(frame)}</bdi>
            </div>
          )
        );
      }}
    />
  );
}

const decoder = new TextDecoder();

/** What a frame says, in one line. */
function summarize({ event, bytes }: Frame): string {
  if (event === null) return decoder.decode(bytes.subarray(0, 200)).replaceAll(/\s+/g, ' ');
  const { type: _, content, name, ...rest } = event;
  if (typeof content === 'string') return content.slice(0, 200).replaceAll(/\n/g, '⏎');
  const named = typeof name === 'string' ? `${name} ` : '';
  return (named + JSON.stringify(event['arguments'] ?? event['result'] ?? event['usage'] ?? rest)).slice(0, 200);
}

function FrameView({ frame, index }: { readonly frame: Frame; readonly index: number }) {
  const [shows, setShows] = useState<'json' | 'text' | 'hex'>('json');
  useEffect(() => {
    if (frame.event === null && shows === 'json') setShows('text');
  }, [frame, shows]);
  const { offset, bytes, event, name } = frame;
  return (
    <div class="frame-view">
      <div class="frame-head">
        <strong>Event {index + 1}</strong>
        <span class="hint">
          {name !== null && `event: ${name} · `}bytes {offset} to {offset + bytes.byteLength} (
          {formatBytes(bytes.byteLength)})
        </span>
        <Select
          label="Show as"
          isHidden
          value={shows}
          options={[...(event === null ? [] : [['json', 'JSON'] as const]), ['text', 'Raw text'], ['hex', 'Bytes']]}
          onChange={(value) => setShows(value === 'hex' || value === 'text' ? value : 'json')}
        />
        <CopyButton
          label="Copy"
          text={() => (shows === 'json' ? JSON.stringify(event, null, 2) : decoder.decode(bytes))}
        />
      </div>
      {shows === 'json' && event !== null ? (
        <JsonView value={event} label="The event as JSON" />
      ) : (
        <BytesView bytes={bytes} offset={offset} isHex={shows === 'hex'} />
      )}
    </div>
  );
}
