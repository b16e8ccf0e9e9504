import { useEffect, useState } from 'preact/hooks';
import { BytesView } from './bytes-view.tsx';
import { formatBytes, formatMs } from './format.ts';
import { JsonView } from './json-view.tsx';
import { type TimeKind, timeOf } from './lane-scale.ts';
import type { Frame } from './stream-state.ts';
import { CopyButton, Select } from './ui.tsx';
import { VirtualList } from './virtual-list.tsx';

const decoder = new TextDecoder();

/** The frames of a stream, a line each. */
export function FrameList({
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

/** What a frame says, in one line. */
function summarize({ event, bytes }: Frame): string {
  if (event === null) return decoder.decode(bytes.subarray(0, 200)).replaceAll(/\s+/g, ' ');
  const { type: _, content, name, ...rest } = event;
  if (typeof content === 'string') return content.slice(0, 200).replaceAll(/\n/g, '⏎');
  const named = typeof name === 'string' ? `${name} ` : '';
  return (named + JSON.stringify(event['arguments'] ?? event['result'] ?? event['usage'] ?? rest)).slice(0, 200);
}

/** One frame: its event as JSON, its text and its bytes. */
export function FrameView({ frame, index }: { readonly frame: Frame; readonly index: number }) {
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
