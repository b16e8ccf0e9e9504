import { useMemo, useState } from 'preact/hooks';
import { FrameList, FrameView } from './frame-list.tsx';
import { Lane } from './lane.tsx';
import type { TimeKind } from './lane-scale.ts';
import { go, place } from './place.ts';
import { Controls } from './stream-controls.tsx';
import { Facts, SaveButton } from './stream-facts.tsx';
import { useStream } from './stream-state.ts';
import { TurnView, useTurn } from './turn-view.tsx';
import { Problem, Select } from './ui.tsx';

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
