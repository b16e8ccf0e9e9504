import { useRef } from 'preact/hooks';
import { mockUrl } from './chat.ts';
import { count } from './format.ts';
import { isTyping, useKeys } from './keys.ts';
import { go, place } from './place.ts';
import { RequestDetailView } from './request-detail.tsx';
import {
  clearTraffic,
  connection,
  isPaused,
  missed,
  older,
  operationNames,
  pauseTraffic,
  shownRows,
  traffic,
  version,
  waitingCount,
} from './traffic.ts';
import type { Row } from './traffic-list.ts';
import { RowView } from './traffic-row.tsx';
import { CopyButton, Select } from './ui.tsx';
import { VirtualList } from './virtual-list.tsx';

/** The requests as they come, and beside them the one that is chosen. */
export function TrafficView() {
  const filter = useRef<HTMLInputElement>(null);
  const rows = shownRows.value;
  const { request } = place.value;
  const index = request ? rows.findLastIndex((row) => isOf(row, request)) : -1;
  const choose = (at: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, at))];
    if (row)
      go({ request: { world: row.request.world, id: row.request.id }, event: null }, { replace: request !== null });
  };
  const move = (step: number) => choose(index === -1 ? (step > 0 ? 0 : rows.length - 1) : index + step);
  useKeys((event) => {
    if (event.key === 'Escape' && request) {
      go({ request: null, event: null });
      return true;
    }
    if (isTyping(event)) return false;
    switch (event.key) {
      case 'j':
      case 'ArrowDown':
        move(1);
        return true;
      case 'k':
      case 'ArrowUp':
        move(-1);
        return true;
      case 'Enter':
        if (request || event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement)
          return false;
        choose(rows.length - 1);
        return true;
      case '/':
        filter.current?.focus();
        return true;
      case 'p':
        pauseTraffic(!isPaused.value);
        return true;
      default:
        return false;
    }
  });
  return (
    <div class={request ? 'traffic with-detail' : 'traffic'}>
      <section class="list" aria-label="Requests">
        <Toolbar filter={filter} />
        <Notices />
        {rows.length === 0 ? (
          <Nothing />
        ) : (
          <>
            <div class="row head" aria-hidden="true">
              <span class="time">Time</span>
              <span class="method">Method</span>
              <span class="path">Path</span>
              <span class="status">Status</span>
              <span class="duration">Duration</span>
              <span class="stream-cell">Stream</span>
              <span class="scenario">Scenario</span>
              <span class="world">World</span>
            </div>
            <VirtualList
              count={rows.length}
              rowHeight={26}
              label="Requests"
              follows={!request}
              active={index === -1 ? null : { index, id: `row-${index}` }}
              draw={(at, key) => {
                const row = rows[at];
                return (
                  row && (
                    <RowView
                      key={key}
                      row={row}
                      stream={traffic.streamOf(row.request)}
                      index={at}
                      isChosen={at === index}
                      choose={choose}
                    />
                  )
                );
              }}
            />
          </>
        )}
      </section>
      {request && <RequestDetailView key={`${request.world} ${request.id}`} world={request.world} id={request.id} />}
    </div>
  );
}

function isOf({ request }: Row, { world, id }: { readonly world: string | null; readonly id: number }): boolean {
  return request.id === id && request.world === world;
}

function Toolbar({ filter }: { readonly filter: { readonly current: HTMLInputElement | null } }) {
  const { text, operation, status } = place.value;
  const change = (change: Partial<typeof place.value>) => go(change, { replace: true });
  return (
    <div class="toolbar" role="toolbar" aria-label="Filter the requests">
      <input
        ref={filter as never}
        type="search"
        class="filter"
        placeholder="Filter: words of path, scenario, session…"
        aria-label="Filter by text"
        value={text}
        onInput={(event) => change({ text: event.currentTarget.value })}
      />
      <Select
        label="Operation"
        isHidden
        value={operation}
        options={[['', 'All operations'], ...operationNames.value.map((name) => [name, name] as const)]}
        onChange={(value) => change({ operation: value })}
      />
      <Select
        label="Status"
        isHidden
        value={status}
        options={[
          ['', 'All statuses'],
          ['2xx', '2xx'],
          ['3xx', '3xx'],
          ['4xx', '4xx'],
          ['422', '422'],
          ['5xx', '5xx'],
          ['none', 'No answer'],
        ]}
        onChange={(value) => change({ status: value })}
      />
      <button type="button" aria-pressed={isPaused.value} onClick={() => pauseTraffic(!isPaused.value)}>
        {isPaused.value ? 'Go on' : 'Pause list'}
      </button>
      <button type="button" onClick={clearTraffic}>
        Clear
      </button>
      <span class="count" role="status">
        {count(shownRows.value.length, 'request')}
        {shownRows.value.length < traffic.rows.length && ` of ${traffic.rows.length.toLocaleString('en')}`}
      </span>
    </div>
  );
}

function Notices() {
  version.value;
  const dropped = traffic.dropped + older.value;
  return (
    <>
      {isPaused.value && (
        <p class="notice">
          The list is paused; {count(waitingCount.value, 'request')} since then.{' '}
          <button type="button" class="link" onClick={() => pauseTraffic(false)}>
            Show them
          </button>
        </p>
      )}
      {missed.value > 0 && (
        <p class="notice">
          This page was too slow for {count(missed.value, 'event')}; the list was read again from the journal.
        </p>
      )}
      {dropped > 0 && <p class="notice">{count(dropped, 'older request')} not listed: the newest are kept.</p>}
    </>
  );
}

function Nothing() {
  const curl = `curl ${mockUrl}/api/v1/chat -H 'authorization: Bearer anything'`;
  if (traffic.rows.length > 0)
    return (
      <div class="empty">
        <p>None of {count(traffic.rows.length, 'request')} matches the filter.</p>
        <button type="button" onClick={() => go({ text: '', operation: '', status: '', world: '*' })}>
          Show all
        </button>
      </div>
    );
  if (connection.value === 'connecting') return <p class="empty hint">Connecting…</p>;
  return (
    <div class="empty">
      <h2>No request yet</h2>
      <p>Point your client at {mockUrl}, or try this:</p>
      <pre class="command">{curl}</pre>
      <div class="buttons">
        <CopyButton label="Copy the command" text={() => curl} />
        <button type="button" class="primary" onClick={() => go({ view: 'try' })}>
          Send a message from here
        </button>
      </div>
    </div>
  );
}
