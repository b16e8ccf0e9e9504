import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { call, callJson } from './api.ts';
import { type Draft, type DraftStep, emptyDraft, emptyStep, type StepKind, stepKinds, toNextBody } from './draft.ts';
import { count, messageOf } from './format.ts';
import { actingWorld, go } from './place.ts';
import { version } from './traffic.ts';
import { CopyButton, Field, Problem, Select, Tabs, useAction } from './ui.tsx';

/** How long nobody types before the answer is checked. */
const QUIET_MS = 250;

/** The draft outlives a look at another view. */
const draft = signal<Draft>(emptyDraft);
/** The answer as JSON, where it is written as that; null: the form counts. */
const written = signal<string | null>(null);

interface Queued {
  readonly id: number;
  readonly scenario: string;
  readonly operation: string;
  readonly match: object;
  readonly times: number;
  readonly used: number;
}

interface KnownScenario {
  readonly scenario: string;
  readonly description: string | null;
}

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
  const changes = version.value;
  useEffect(() => {
    const timer = setTimeout(() => void read().catch(() => {}), QUIET_MS); // The loss of the server is said above.
    return () => clearTimeout(timer);
  }, [world, changes]);
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
  const known = scenarios.find(({ scenario }) => scenario === now.scenario);
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
          <form class="form" onSubmit={(event) => event.preventDefault()}>
            <fieldset class="radios">
              <legend>Answer with</legend>
              {(
                [
                  ['known', 'a scenario of the mock'],
                  ['steps', 'steps written here'],
                  ['status', 'a status instead of a stream'],
                ] as const
              ).map(([kind, label]) => (
                <label key={kind}>
                  <input type="radio" name="kind" checked={now.kind === kind} onChange={() => change({ kind })} />{' '}
                  {label}
                </label>
              ))}
            </fieldset>
            {now.kind === 'known' && (
              <>
                <Select
                  label="Scenario"
                  value={now.scenario}
                  options={scenarios.map(({ scenario }) => [scenario, scenario] as const)}
                  onChange={(scenario) => change({ scenario })}
                />
                {known?.description && <p class="hint">{known.description}</p>}
              </>
            )}
            {now.kind === 'steps' && <Steps steps={now.steps} onChange={(steps) => change({ steps })} />}
            {now.kind === 'status' && (
              <div class="fields">
                <TextField label="Status" value={now.status} onInput={(status) => change({ status })} />
                <TextField label="Body (JSON, or text)" value={now.body} onInput={(body) => change({ body })} />
              </div>
            )}
            {now.kind !== 'known' && <Ending draft={now} change={change} />}
            {now.kind === 'steps' && <WireFields draft={now} change={change} />}
            <fieldset>
              <legend>For which request</legend>
              <div class="fields">
                <Select
                  label="Operation"
                  value={now.operation}
                  options={[['*', 'any'], ...operations.map((name) => [name, name] as const)]}
                  onChange={(operation) => change({ operation })}
                />
                <TextField label="Prompt contains" value={now.prompt} onInput={(prompt) => change({ prompt })} />
                <TextField label="Session" value={now.sessionId} onInput={(sessionId) => change({ sessionId })} />
                <TextField label="Times" value={now.times} onInput={(times) => change({ times })} />
              </div>
            </fieldset>
          </form>
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
        {queue.queued.length === 0 ? <p class="hint">Nothing waits.</p> : <QueueTable answers={queue.queued} />}
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

/** What the server says of the answer: null is good, undefined not known yet. */
function useVerdict(text: string | null, world: string | null): string | null | undefined {
  const [verdict, setVerdict] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    if (text === null) return;
    const leaving = new AbortController();
    setVerdict(undefined);
    const timer = setTimeout(() => {
      void judge(text, world, leaving.signal).then((said) => {
        if (!leaving.signal.aborted) setVerdict(said);
      });
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [text, world]);
  return verdict;
}

async function judge(text: string, world: string | null, signal: AbortSignal): Promise<string | null> {
  try {
    await call('POST next/check', { world, body: JSON.parse(text), signal });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function QueueTable({ answers }: { readonly answers: readonly Queued[] }) {
  return (
    <table class="plain-table">
      <thead>
        <tr>
          <th scope="col">Number</th>
          <th scope="col">Scenario</th>
          <th scope="col">Operation</th>
          <th scope="col">Match</th>
          <th scope="col">Used</th>
        </tr>
      </thead>
      <tbody>
        {answers.map(({ id, scenario, operation, match, times, used }) => (
          <tr key={id}>
            <td>{id}</td>
            <td>
              <bdi>{scenario}</bdi>
            </td>
            <td>{operation}</td>
            <td>
              <code>{Object.keys(match).length === 0 ? 'any' : JSON.stringify(match)}</code>
            </td>
            <td>
              {used} of {times}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TextField({
  label,
  value,
  onInput,
}: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
}) {
  return (
    <Field label={label}>
      {(id) => <input id={id} value={value} onInput={(event) => onInput(event.currentTarget.value)} />}
    </Field>
  );
}

function Steps({
  steps,
  onChange,
}: {
  readonly steps: readonly DraftStep[];
  readonly onChange: (steps: readonly DraftStep[]) => void;
}) {
  const change = (key: number, news: Partial<DraftStep>) =>
    onChange(steps.map((step) => (step.key === key ? { ...step, ...news } : step)));
  const move = (index: number, by: number) => {
    const moved = steps.filter((_, at) => at !== index);
    const step = steps[index];
    if (step) onChange(moved.toSpliced(index + by, 0, step));
  };
  return (
    <fieldset>
      <legend>{count(steps.length, 'step')}</legend>
      <ol class="steps">
        {steps.map((step, index) => (
          <li key={step.key}>
            <Select
              label={`Kind of step ${index + 1}`}
              isHidden
              value={step.kind}
              options={Object.keys(stepKinds).map((kind) => [kind, kind] as const)}
              onChange={(kind) => change(step.key, { kind: kind as StepKind })}
            />
            <textarea
              rows={step.kind === 'text' || step.kind === 'think' ? 2 : 1}
              value={step.text}
              aria-label={`Step ${index + 1}: ${stepKinds[step.kind]}`}
              placeholder={stepKinds[step.kind]}
              onInput={(event) => change(step.key, { text: event.currentTarget.value })}
            />
            <span class="step-buttons">
              <button
                type="button"
                class="quiet"
                aria-label={`Move step ${index + 1} up`}
                disabled={index === 0}
                onClick={() => move(index, -1)}
              >
                ↑
              </button>
              <button
                type="button"
                class="quiet"
                aria-label={`Remove step ${index + 1}`}
                onClick={() => onChange(steps.filter(({ key }) => key !== step.key))}
              >
                ✕
              </button>
            </span>
            {step.kind === 'tool' && (
              <div class="fields">
                <TextField
                  label="Arguments (JSON)"
                  value={step.arguments}
                  onInput={(text) => change(step.key, { arguments: text })}
                />
                <TextField
                  label="Result (JSON)"
                  value={step.result}
                  onInput={(result) => change(step.key, { result })}
                />
                <TextField label="Takes ms" value={step.takesMs} onInput={(takesMs) => change(step.key, { takesMs })} />
              </div>
            )}
          </li>
        ))}
      </ol>
      <button
        type="button"
        onClick={() => onChange([...steps, emptyStep('text', 1 + Math.max(0, ...steps.map(({ key }) => key)))])}
      >
        Add a step
      </button>
    </fieldset>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly change: (news: Partial<Draft>) => void;
}

function Ending({ draft, change }: PartProps) {
  const { endsHow, endsAfter, endsNumber, delayMs, kind } = draft;
  return (
    <fieldset>
      <legend>How it ends</legend>
      <div class="fields">
        <Select
          label="End"
          value={endsHow}
          options={[
            ['', 'by itself'],
            ['close', 'close early'],
            ['truncate', 'truncate (FIN)'],
            ['reset', 'reset (RST)'],
            ['hang', 'hang'],
          ]}
          onChange={(value) => change({ endsHow: value })}
        />
        {endsHow !== '' && (
          <>
            <Select
              label="After"
              value={endsAfter}
              options={[
                ['whole', 'the whole answer'],
                ['nothing', 'nothing, not even headers'],
                ...(kind === 'steps' ? ([['event', 'events']] as const) : []),
                ['byte', 'bytes'],
                ...(kind === 'steps' ? ([['ms', 'milliseconds']] as const) : []),
              ]}
              onChange={(value) => change({ endsAfter: value })}
            />
            {endsAfter !== 'whole' && endsAfter !== 'nothing' && (
              <TextField label="How many" value={endsNumber} onInput={(value) => change({ endsNumber: value })} />
            )}
          </>
        )}
        <TextField
          label="Delay before the headers, ms"
          value={delayMs}
          onInput={(value) => change({ delayMs: value })}
        />
      </div>
    </fieldset>
  );
}

function WireFields({ draft, change }: PartProps) {
  const { split, splitNumber, newline, pingMs } = draft;
  return (
    <fieldset>
      <legend>How its bytes leave</legend>
      <div class="fields">
        <Select
          label="Pieces"
          value={split}
          options={[
            ['', 'as ever'],
            ['event', 'one event each'],
            ['walk', 'split one byte later each turn'],
            ['bytes', 'so many bytes each'],
            ['join_events', 'so many events each'],
            ['random', 'up to so many bytes, by chance'],
          ]}
          onChange={(value) => change({ split: value })}
        />
        {(split === 'bytes' || split === 'join_events' || split === 'random') && (
          <TextField label="How many" value={splitNumber} onInput={(value) => change({ splitNumber: value })} />
        )}
        <Select
          label="Line ends"
          value={newline}
          options={[
            ['', 'as ever'],
            ['lf', 'LF'],
            ['crlf', 'CRLF'],
            ['cr', 'CR'],
          ]}
          onChange={(value) => change({ newline: value })}
        />
        <TextField label="Heartbeat after ms" value={pingMs} onInput={(value) => change({ pingMs: value })} />
      </div>
    </fieldset>
  );
}
