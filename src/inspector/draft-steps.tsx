import { type DraftStep, emptyStep, type StepKind, stepKinds } from './draft.ts';
import { count } from './format.ts';
import { Select, TextField } from './ui.tsx';

/** The steps of an answer that is written here. */
export function Steps({
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
