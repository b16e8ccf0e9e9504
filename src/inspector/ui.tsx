import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { messageOf } from './format.ts';

/** Says for how long that something was copied. */
const SAID_MS = 1500;

/** A button that copies a text, and says so. */
export function CopyButton({ text, label }: { readonly text: () => string | Promise<string>; readonly label: string }) {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await text());
      setSaid('Copied');
    } catch {
      setSaid('Not copied: the browser refuses'); // On an address without https that is not this machine.
    }
  };
  return (
    <button type="button" class="quiet" onClick={() => void copy()}>
      <span aria-live="polite">{said ?? label}</span>
    </button>
  );
}

/** More characters are not shown: to lay out a line of a megabyte takes a browser seconds. */
const SHOWN_CHARACTERS = 20_000;

/** A text as it stands, line breaks and all; of a long one the beginning. */
export function Plain({ text }: { readonly text: string }) {
  const hidden = text.length - SHOWN_CHARACTERS;
  return (
    <p class="plain">
      {hidden > 0 ? text.slice(0, SHOWN_CHARACTERS) : text}
      {hidden > 0 && <span class="hint"> … {hidden.toLocaleString('en')} more characters</span>}
    </p>
  );
}

/** A text in lines that scrolls by itself, by the keyboard too. */
export function Scrolling({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <section
      class="scrolling"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
      tabIndex={0}
      aria-label={label}
    >
      <pre>{children}</pre>
    </section>
  );
}

/** What went wrong, in the words of the server. */
export function Problem({ children }: { readonly children: ComponentChildren }) {
  return (
    <p class="problem" role="alert">
      {children}
    </p>
  );
}

/** A field of a form with its name above it. */
export function Field({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly children: (id: string) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {hint !== undefined && <small>{hint}</small>}
    </div>
  );
}

/** A choice of a few names. */
export function Select({
  label,
  value,
  options,
  onChange,
  isHidden = false,
}: {
  readonly label: string;
  readonly value: string;
  /** Values with what is shown for them. */
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
  /** Whether only screen readers get the label. */
  readonly isHidden?: boolean;
}) {
  const id = useId();
  return (
    <span class="select">
      <label for={id} class={isHidden ? 'unseen' : ''}>
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

/** A row of tabs; the arrow keys move between them. */
export function Tabs<Name extends string>({
  label,
  names,
  selected,
  onSelect,
}: {
  readonly label: string;
  readonly names: Readonly<Record<Name, string>>;
  readonly selected: Name;
  readonly onSelect: (name: Name) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const keys = Object.keys(names) as Name[]; // The keys of the record.
  const move = (step: number) => {
    const next = keys[(keys.indexOf(selected) + step + keys.length) % keys.length];
    if (next === undefined) return;
    onSelect(next);
    list.current?.querySelectorAll('button')[keys.indexOf(next)]?.focus();
  };
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={label}
      ref={list}
      onKeyDown={({ key }) => {
        if (key === 'ArrowRight') move(1);
        if (key === 'ArrowLeft') move(-1);
      }}
    >
      {keys.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === selected}
          tabIndex={name === selected ? 0 : -1}
          onClick={() => onSelect(name)}
        >
          {names[name]}
        </button>
      ))}
    </div>
  );
}

/** Runs an action of a button; what it rejects with is shown until the next. */
export function useAction(): {
  readonly problem: string | null;
  readonly isBusy: boolean;
  readonly run: (action: () => Promise<unknown>) => void;
} {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const run = (action: () => Promise<unknown>) => {
    setIsBusy(true);
    setProblem(null);
    action().then(
      () => setIsBusy(false),
      (error: unknown) => {
        setIsBusy(false);
        setProblem(messageOf(error));
      },
    );
  };
  return { problem, isBusy, run };
}

/** A field for a line of text. */
export function TextField({
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
