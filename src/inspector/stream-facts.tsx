import type { StreamDetail } from '../server/control/shapes.ts';
import { call } from './api.ts';
import { count, formatBytes, formatMs } from './format.ts';
import { CopyButton, Problem, useAction } from './ui.tsx';

/** What is known of the stream as a whole. */
export function Facts({ detail }: { readonly detail: StreamDetail }) {
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

/** Saves the stream as a scenario file that plays it again. */
export function SaveButton({
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
