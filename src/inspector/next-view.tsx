import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { useVerdict } from './answer-verdict.ts';
import { call, callJson } from './api.ts';
import { type Draft, emptyDraft, toNextBody } from './draft.ts';
import { DraftForm, type KnownScenario } from './draft-form.tsx';
import { actingWorld, go } from './place.ts';
import { type Queued, QueueTable } from './queue-table.tsx';
import { CopyButton, Field, Problem, Tabs, useAction } from './ui.tsx';
import { useNews } from './use-news.ts';

/** The draft outlives a look at another view. */
const draft = signal<Draft>(emptyDraft);
/** The answer as JSON, where it is written as that; null: the form counts. */
const written = signal<string | null>(null);

/** Chooses or writes the answer that the next matching request gets, and shows what waits already. */
export function NextView() {
  const world = actingWorld.value;
  const [scenarios, setScenarios] = useState<readonly KnownScenario[]>([]);
  const [operations, setOperations] = useState<readonly string[]>(['streamMessages']);
  const [queue, setQueue] = useState<{ readonly queued: readonly Queued[]; readonly lost: readonly Queued[] }>({
    queued: [],
    lost: [],
  });
  const { problem, isBusy, run } = useAction();
  const [said, setSaid] = useState('');
  const now = draft.value;
  const change = (news: Partial<Draft>) => {
    draft.value = { ...draft.value, ...news };
    setSaid('');
  };
  useEffect(() => {
    run(async () => {
      const [{ scenarios: all }, names] = await Promise.all([
        callJson<{ scenarios: readonly KnownScenario[] }>('GET scenarios'),
        readOperations(),
      ]);
      setScenarios(all);
      setOperations(names);
      const [first] = all;
      if (draft.value.scenario === '' && first) draft.value = { ...draft.value, scenario: first.scenario };
    });
  }, []);
  const read = async () => setQueue(await callJson('GET next', { world }));
  useNews(read, world);
  const text = written.value ?? JSON.stringify(toNextBody(now), null, 2);
  // Before the scenarios are known, the form names none.
  const isReady = written.value !== null || now.kind !== 'known' || now.scenario !== '';
  const verdict = useVerdict(isReady ? text : null, world);
  const add = () =>
    run(async () => {
      const { id, scenario } = await callJson<Queued>('POST next', { world, body: JSON.parse(text) });
      setSaid(`Queued as ${id}: ${scenario}. The next matching request gets it.`);
      await read();
    });
  const remove = (id: number) =>
    run(async () => {
      await call(`DELETE next/${id}`, { world });
      await read();
    });
  return (
    <div class="page next">
      <section aria-label="The next answer">
        <h2>Next answer</h2>
        <p class="hint">
          The next request that matches gets this answer, once or several times. Then the mock answers as before.
        </p>
        <Tabs
          label="How it is written"
          names={{ form: 'Form', json: 'JSON' }}
          selected={written.value === null ? 'form' : 'json'}
          onSelect={(name) => {
            written.value = name === 'json' ? text : null;
          }}
        />
        {written.value === null ? (
          <DraftForm draft={now} change={change} scenarios={scenarios} operations={operations} />
        ) : (
          <Field label="The body of POST next">
            {(id) => (
              <textarea
                id={id}
                class="mono"
                rows={18}
                spellcheck={false}
                value={text}
                onInput={(event) => {
                  written.value = event.currentTarget.value;
                }}
              />
            )}
          </Field>
        )}
        <p class={verdict === null ? 'verdict good' : 'verdict bad'} role="status">
          {verdict === undefined ? 'Checking…' : (verdict ?? 'This answer can be queued.')}
        </p>
        <div class="buttons">
          <button type="button" class="primary" disabled={isBusy || verdict !== null} onClick={add}>
            Queue it
          </button>
          <CopyButton label="Copy as JSON" text={() => text} />
          {said !== '' && (
            <>
              <span role="status">{said}</span>
              <button type="button" class="quiet" onClick={() => go({ view: 'try' })}>
                Try it now
              </button>
            </>
          )}
        </div>
        {problem !== null && <Problem>{problem}</Problem>}
      </section>
      <section aria-label="Queued answers">
        <h2>Queued and not used up</h2>
        {queue.queued.length === 0 ? (
          <p class="hint">Nothing waits.</p>
        ) : (
          <QueueTable answers={queue.queued} remove={remove} />
        )}
        {queue.lost.length > 0 && (
          <>
            <h3>Lost with a world that made room, never used</h3>
            <QueueTable answers={queue.lost} />
          </>
        )}
      </section>
    </div>
  );
}

interface OpenApiPaths {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string }>>>>;
}

/** The operations of the mock's edition, as its own document names them. */
async function readOperations(): Promise<readonly string[]> {
  const { paths } = await callJson<OpenApiPaths>('GET openapi.json');
  return Object.values(paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ operationId }) => operationId ?? []),
  );
}
