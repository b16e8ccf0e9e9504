import type { Draft } from './draft.ts';
import { Steps } from './draft-steps.tsx';
import { Select, TextField } from './ui.tsx';

/** A scenario of the mock. */
export interface KnownScenario {
  readonly scenario: string;
  readonly description: string | null;
}

interface PartProps {
  readonly draft: Draft;
  readonly change: (news: Partial<Draft>) => void;
}

/** An answer as a form. */
export function DraftForm({
  draft,
  change,
  scenarios,
  operations,
}: PartProps & {
  readonly scenarios: readonly KnownScenario[];
  readonly operations: readonly string[];
}) {
  const known = scenarios.find(({ scenario }) => scenario === draft.scenario);
  return (
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
            <input type="radio" name="kind" checked={draft.kind === kind} onChange={() => change({ kind })} /> {label}
          </label>
        ))}
      </fieldset>
      {draft.kind === 'known' && (
        <>
          <Select
            label="Scenario"
            value={draft.scenario}
            options={scenarios.map(({ scenario }) => [scenario, scenario] as const)}
            onChange={(scenario) => change({ scenario })}
          />
          {known?.description && <p class="hint">{known.description}</p>}
        </>
      )}
      {draft.kind === 'steps' && <Steps steps={draft.steps} onChange={(steps) => change({ steps })} />}
      {draft.kind === 'status' && (
        <div class="fields">
          <TextField label="Status" value={draft.status} onInput={(status) => change({ status })} />
          <TextField label="Body (JSON, or text)" value={draft.body} onInput={(body) => change({ body })} />
        </div>
      )}
      {draft.kind !== 'known' && <Ending draft={draft} change={change} />}
      {draft.kind === 'steps' && <WireFields draft={draft} change={change} />}
      <fieldset>
        <legend>For which request</legend>
        <div class="fields">
          <Select
            label="Operation"
            value={draft.operation}
            options={[['*', 'any'], ...operations.map((name) => [name, name] as const)]}
            onChange={(operation) => change({ operation })}
          />
          <TextField label="Prompt contains" value={draft.prompt} onInput={(prompt) => change({ prompt })} />
          <TextField label="Session" value={draft.sessionId} onInput={(sessionId) => change({ sessionId })} />
          <TextField label="Times" value={draft.times} onInput={(times) => change({ times })} />
        </div>
      </fieldset>
    </form>
  );
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
