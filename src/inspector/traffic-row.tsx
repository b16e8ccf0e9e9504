import { Component } from 'preact';
import type { StreamLine } from '../server/control/shapes.ts';
import { count, formatMs, formatTime } from './format.ts';
import { describeState } from './stream-controls.tsx';
import type { Row } from './traffic-list.ts';

/** What most paths begin with; left out where there is little room. */
const API = '/api/v1';

interface RowFacts {
  readonly row: Row;
  readonly stream: StreamLine | null;
  readonly index: number;
  readonly isChosen: boolean;
  readonly choose: (index: number) => void;
}

/** A row that is drawn again only where it shows something else: most stay while others come. */
export class RowView extends Component<RowFacts> {
  override shouldComponentUpdate(next: RowFacts): boolean {
    const { row, stream, index, isChosen } = this.props;
    return row !== next.row || stream !== next.stream || index !== next.index || isChosen !== next.isChosen;
  }

  override render() {
    return <RowCells {...this.props} />;
  }
}

function RowCells({ row: { request }, stream, index, isChosen, choose }: RowFacts) {
  const { time, method, path, status, duration_ms, world, scenario, why } = request;
  const isOpen = stream !== null && stream.state !== 'over';
  const level = status === null ? 'none' : `${String(status)[0]}xx`;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the page takes the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus.
    <div
      id={`row-${index}`}
      class={`row status-${level}${isOpen ? ' open' : ''}${stream ? ' has-stream' : ''}`}
      role="option"
      aria-selected={isChosen}
      onClick={() => choose(index)}
    >
      <span class="time">{formatTime(time)}</span>
      <span class="method">{method}</span>
      <bdi class="path" title={path}>
        {path.startsWith(API) ? (
          <>
            <span class="prefix">{API}</span>
            {path.slice(API.length)}
          </>
        ) : (
          path
        )}
      </bdi>
      <span class="status">{status ?? 'cut'}</span>
      <span class="duration">{stream ? formatDuration(stream.duration_ms) : formatMs(duration_ms)}</span>
      <span class="stream-cell">
        {stream && (
          <span class={`chip ${chipOf(stream)}`} title={describeState(stream.state, stream)}>
            {stream.state === 'over' ? endText(stream) : shortState(stream)}
          </span>
        )}
      </span>
      <span class="scenario" title={why ?? ''}>
        {scenario !== null && (
          <>
            <bdi>{scenario}</bdi> <span class="hint">{why}</span>
          </>
        )}
      </span>
      <bdi class="world">{world ?? ''}</bdi>
    </div>
  );
}

function shortState({ state, hold }: { readonly state: string; readonly hold: string | null }): string {
  return hold === null ? state : `${state === 'paused' ? 'paused' : 'held'}: ${hold}`;
}

function endText({ end, events }: StreamLine): string {
  if (end === 'close' || end === null) return count(events, 'event');
  return end === 'client_left' ? 'client left' : end;
}

/** How the chip of a stream looks: an end that a client notices stands out. */
function chipOf({ state, end }: StreamLine): string {
  return state === 'over' && end !== 'close' ? 'ended-badly' : `state-${state}`;
}

function formatDuration(ms: number | null): string {
  return ms === null ? '…' : formatMs(ms);
}
