import { useEffect, useState } from 'preact/hooks';
import type { RequestDetail } from '../server/control/shapes.ts';
import { callJson } from './api.ts';
import { mockUrl } from './chat.ts';
import { copyForms } from './copy-as.ts';
import { formatMs, formatTime } from './format.ts';
import { JsonView } from './json-view.tsx';
import { readMistakes } from './mistakes.ts';
import { go } from './place.ts';
import { StreamPanel } from './stream-panel.tsx';
import { traffic } from './traffic.ts';
import { CopyButton, Problem, Tabs } from './ui.tsx';

/** One request: what was sent, what was answered, and why a queued answer was not for it. */
export function RequestDetailView({ world, id }: { readonly world: string | null; readonly id: number }) {
  const [detail, setDetail] = useState<RequestDetail | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [tab, setTab] = useState<string | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    callJson<RequestDetail>(`GET journal/${id}`, { world, signal: leaving.signal }).then(setDetail, (error: Error) => {
      if (!leaving.signal.aborted) setProblem(error.message);
    });
    return () => leaving.abort();
  }, [world, id]);
  const close = () => go({ request: null, event: null });
  return (
    <section class="detail" aria-label="The chosen request">
      <header class="detail-head">
        <button type="button" class="quiet close" aria-label="Close the request" onClick={close}>
          ✕
        </button>
        {detail && <Title detail={detail} />}
      </header>
      {problem !== null && <Problem>{problem}</Problem>}
      {detail && <Parts detail={detail} tab={tab} setTab={setTab} />}
    </section>
  );
}

function Title({ detail }: { readonly detail: RequestDetail }) {
  const { method, path, query, status, time, duration_ms } = detail;
  const level = status === null ? 'none' : `${String(status)[0]}xx`;
  return (
    <>
      <h2 class={`status-${level}`}>
        <span class="method">{method}</span> <bdi class="path">{path + (query && `?${query}`)}</bdi>{' '}
        <span class="status">{status ?? 'cut before any answer'}</span>
      </h2>
      <p class="hint">
        {formatTime(time)} · answered after {formatMs(duration_ms)}
      </p>
      <div class="buttons">
        {Object.values(copyForms).map(({ label, write }) => (
          <CopyButton key={label} label={label} text={() => write(detail, mockUrl)} />
        ))}
      </div>
    </>
  );
}

const tabNames = { stream: 'Stream', request: 'Request', answer: 'Answer', matching: 'Matching' };
type TabName = keyof typeof tabNames;

function Parts({
  detail,
  tab,
  setTab,
}: {
  readonly detail: RequestDetail;
  readonly tab: string | null;
  readonly setTab: (tab: string) => void;
}) {
  const { stream, world, status, body, time } = detail;
  const { stream: _, ...others } = tabNames;
  const names: Readonly<Partial<Record<TabName, string>>> = stream === null ? others : tabNames;
  const first: TabName = stream !== null ? 'stream' : status !== null && status >= 400 ? 'answer' : 'request';
  const selected = tab !== null && tab in names ? (tab as TabName) : first; // It is one of the names.
  const row = traffic.rows.findLast(({ request }) => request.id === detail.id && request.world === world);
  return (
    <>
      {row && row.request.time !== time && (
        <p class="notice">The world was reset since: this is another request with the same number.</p>
      )}
      <Tabs
        label="Parts of the request"
        names={names as Record<TabName, string>}
        selected={selected}
        onSelect={setTab}
      />
      <div class="tab-panel" role="tabpanel" aria-label={tabNames[selected]}>
        {selected === 'stream' && stream !== null && <StreamPanel world={world} id={stream} prompt={promptOf(body)} />}
        {selected === 'request' && <RequestPart detail={detail} />}
        {selected === 'answer' && <AnswerPart detail={detail} />}
        {selected === 'matching' && <MatchingPart detail={detail} />}
      </div>
    </>
  );
}

function promptOf(body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'prompt' in body && typeof body.prompt === 'string'
    ? body.prompt
    : null;
}

function RequestPart({ detail: { headers, body } }: { readonly detail: RequestDetail }) {
  return (
    <>
      <h3>Headers</h3>
      <HeaderTable headers={headers} />
      <h3>Body</h3>
      {body === null ? (
        <p class="hint">None, or one above 16 KiB, which is not kept.</p>
      ) : (
        <JsonView value={body} label="The body of the request" />
      )}
    </>
  );
}

function AnswerPart({ detail: { answer, status, body, stream, scenario, why } }: { readonly detail: RequestDetail }) {
  const mistakes = status === 422 ? readMistakes(answer?.body) : [];
  return (
    <>
      {scenario !== null && (
        <p>
          Scenario <bdi>{scenario}</bdi> <span class="hint">({why})</span>
        </p>
      )}
      {mistakes.length > 0 && (
        <>
          <h3>What is wrong with the request</h3>
          <ul class="mistakes">
            {mistakes.map(({ place, message }) => (
              <li key={`${place} ${message}`}>
                <code>{place}</code> {message}
              </li>
            ))}
          </ul>
          {body !== null && (
            <JsonView value={body} label="The body of the request, its mistakes marked" mistakes={mistakes} />
          )}
        </>
      )}
      {answer === null ? (
        <p class="hint">
          {status === null ? 'There was no answer.' : 'The answer is no longer kept: newer ones needed the room.'}
        </p>
      ) : (
        <>
          <h3>Headers of the answer</h3>
          <HeaderTable headers={answer.headers} />
          <h3>Body of the answer</h3>
          {stream !== null ? <p class="hint">A stream: see its events.</p> : <AnswerBody body={answer.body} />}
        </>
      )}
    </>
  );
}

function AnswerBody({ body }: { readonly body: unknown }) {
  if (body === null) return <p class="hint">None.</p>;
  return (
    <>
      <CopyButton
        label="Copy the body"
        text={() => (typeof body === 'string' ? body : JSON.stringify(body, null, 2))}
      />
      <JsonView value={body} label="The body of the answer" />
    </>
  );
}

function HeaderTable({ headers }: { readonly headers: Readonly<Record<string, string>> }) {
  const entries = Object.entries(headers);
  if (entries.length === 0) return <p class="hint">None.</p>;
  return (
    <table class="headers">
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <bdi>{value.slice(0, 4000)}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function MatchingPart({ detail: { queued, scenario, why } }: { readonly detail: RequestDetail }) {
  return (
    <>
      <p>
        {scenario === null
          ? 'No scenario answered: the operation did, as ever.'
          : `Scenario ${scenario} answered (${why}).`}
      </p>
      {queued.length === 0 ? (
        <p class="hint">No queued answer waits in this world now.</p>
      ) : (
        <>
          <h3>Why queued answers are not for it</h3>
          {queued.map(({ id, scenario: name, mismatches }) => (
            <section class="miss" key={id}>
              <h4>
                Queued {id}: <bdi>{name}</bdi>
              </h4>
              {mismatches.length === 0 ? (
                <p>It matches: the next such request gets it. It was queued afterwards, or others came first.</p>
              ) : (
                <table class="misses">
                  <thead>
                    <tr>
                      <th scope="col">Field</th>
                      <th scope="col">Expected</th>
                      <th scope="col">Was</th>
                    </tr>
                  </thead>
                  <tbody>
                    {mismatches.map(({ at, expected, actual }) => (
                      <tr key={at}>
                        <th scope="row">
                          <code>{at}</code>
                        </th>
                        <td class="expected">{JSON.stringify(expected)}</td>
                        <td class="actual">{JSON.stringify(actual)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            </section>
          ))}
        </>
      )}
    </>
  );
}
