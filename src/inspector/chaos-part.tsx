import { useState } from 'preact/hooks';
import { callJson } from './api.ts';
import { PlainTable } from './plain-table.tsx';
import { Field, Problem, Select, useAction } from './ui.tsx';
import { useNews } from './use-news.ts';

interface Rule extends Readonly<Record<string, unknown>> {
  readonly seen: number;
  readonly fired: number;
}

/** Rules to begin with. */
const samples: Readonly<Record<string, object>> = {
  'every tenth request is a 503': { probability: 0.1, answer: { status: 503, headers: { 'retry-after': '1' } } },
  'answers are 200 to 800 ms late': { latency_ms: [200, 800] },
  'ten turns a second, then 429': { operation: 'streamMessages', rate_limit: { requests: 10, per_ms: 1000 } },
  'every fifth stream is cut': {
    operation: 'streamMessages',
    probability: 0.2,
    answer: { ends: { after: { event: 5 }, how: 'reset' } },
  },
};

/** The rules by which requests are disturbed, and how often each was. */
export function ChaosPart({ world, name }: { readonly world: string | null; readonly name: string }) {
  const [rules, setRules] = useState<readonly Rule[]>([]);
  const [text, setText] = useState<string | null>(null);
  const { problem, isBusy, run } = useAction();
  const read = async () => setRules((await callJson<{ rules: readonly Rule[] }>('GET chaos', { world })).rules);
  useNews(read, world);
  const bare = rules.map(({ seen: _seen, fired: _fired, ...rule }) => rule);
  const put = (wanted: unknown) =>
    run(async () => {
      setRules((await callJson<{ rules: readonly Rule[] }>('PUT chaos', { world, body: { rules: wanted } })).rules);
      setText(null);
    });
  return (
    <section aria-label="Chaos">
      <h2>Chaos of {name}</h2>
      {rules.length === 0 ? (
        <p class="hint">No rule: every request is answered as it should be.</p>
      ) : (
        <PlainTable columns={['Rule', 'Asked', 'Struck', '']}>
          {rules.map(({ seen, fired }, index) => (
            <tr key={index}>
              <td>
                <code>{JSON.stringify(bare[index])}</code>
              </td>
              <td>{seen}</td>
              <td>{fired}</td>
              <td>
                <button
                  type="button"
                  disabled={isBusy}
                  aria-label={`Remove rule ${index + 1}`}
                  onClick={() => put(bare.toSpliced(index, 1))}
                >
                  Remove
                </button>
              </td>
            </tr>
          ))}
        </PlainTable>
      )}
      <div class="buttons">
        <Select
          label="Add a rule"
          isHidden
          value=""
          options={[['', 'Add a rule…'], ...Object.keys(samples).map((one) => [one, one] as const)]}
          onChange={(one) => samples[one] && put([...bare, samples[one]])}
        />
        <button
          type="button"
          aria-pressed={text !== null}
          onClick={() => setText(text === null ? JSON.stringify(bare, null, 2) : null)}
        >
          Edit as JSON
        </button>
        {rules.length > 0 && (
          <button type="button" disabled={isBusy} onClick={() => put([])}>
            End the chaos
          </button>
        )}
      </div>
      {text !== null && (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            run(async () => {
              setRules(
                (await callJson<{ rules: readonly Rule[] }>('PUT chaos', { world, body: { rules: JSON.parse(text) } }))
                  .rules,
              );
              setText(null);
            });
          }}
        >
          <Field label="The rules as JSON">
            {(id) => (
              <textarea
                id={id}
                class="mono"
                rows={10}
                spellcheck={false}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
              />
            )}
          </Field>
          <button type="submit" class="primary" disabled={isBusy}>
            Put these rules
          </button>
        </form>
      )}
      {problem !== null && <Problem>{problem}</Problem>}
    </section>
  );
}
