import type { InlineScenario } from '../scenario/schema.ts';

/** The steps that the form offers, each with what its field is called. */
export const stepKinds = {
  text: 'Text that the agent says',
  think: 'Text that the agent thinks',
  tool: 'Name of the tool',
  wait_ms: 'Milliseconds',
  hold: 'Name to release it by',
  event: 'Event as JSON',
  raw: 'Text sent as it is',
  fail: 'Error that the turn ends with',
} as const;
/** The verb of a step. */
export type StepKind = keyof typeof stepKinds;

/** A step as it is being written. */
export interface DraftStep {
  readonly key: number;
  readonly kind: StepKind;
  readonly text: string;
  /** Of a tool: its arguments and result as JSON, and the time it takes. */
  readonly arguments: string;
  readonly result: string;
  readonly takesMs: string;
}

/** An answer as it is being written: every field is the text that stands in it. */
export interface Draft {
  readonly kind: 'known' | 'steps' | 'status';
  readonly scenario: string;
  readonly steps: readonly DraftStep[];
  readonly endsHow: string;
  /** `whole`, `nothing`, `event`, `byte` or `ms`. */
  readonly endsAfter: string;
  readonly endsNumber: string;
  readonly split: string;
  readonly splitNumber: string;
  readonly newline: string;
  readonly pingMs: string;
  readonly status: string;
  readonly body: string;
  readonly delayMs: string;
  readonly operation: string;
  readonly prompt: string;
  readonly sessionId: string;
  readonly times: string;
}

/** A step of which nothing is written. */
export function emptyStep(kind: StepKind, key: number): DraftStep {
  return { kind, key, text: '', arguments: '', result: '', takesMs: '' };
}

/** An answer of which nothing is written. */
export const emptyDraft: Draft = {
  ...{ kind: 'known', scenario: '', steps: [{ ...emptyStep('text', 1), text: 'Hello from the inspector.' }] },
  ...{ endsHow: '', endsAfter: 'event', endsNumber: '3', split: '', splitNumber: '7', newline: '', pingMs: '' },
  ...{ status: '503', body: '{"detail":"overloaded"}', delayMs: '', operation: 'streamMessages' },
  ...{ prompt: '', sessionId: '', times: '1' },
};

/** What `POST next` takes. What is not a number or no JSON stays a text, so that the server says what is wrong with it. */
export function toNextBody(draft: Draft): object {
  const match = {
    ...(draft.prompt !== '' && { body: { prompt: { regex: escapeRegex(draft.prompt), flags: 'i' } } }),
    ...(draft.sessionId !== '' && { session_id: draft.sessionId }),
  };
  return {
    scenario: draft.kind === 'known' ? draft.scenario : toScenario(draft),
    operation: draft.operation,
    ...(Object.keys(match).length > 0 && { match }),
    times: number(draft.times),
  };
}

function toScenario(draft: Draft): object {
  const shared = {
    ...(draft.delayMs !== '' && { delay_ms: number(draft.delayMs) }),
    ...(draft.endsHow !== '' && { ends: { ...toAfter(draft), how: draft.endsHow } }),
  };
  if (draft.kind === 'status')
    return { status: number(draft.status), ...(draft.body !== '' && { body: json(draft.body) }), ...shared };
  const wire = {
    ...(draft.split !== '' && { split: toSplit(draft) }),
    ...(draft.newline !== '' && { newline: draft.newline }),
    ...(draft.pingMs !== '' && { ping_ms: number(draft.pingMs) }),
  };
  return { steps: draft.steps.map(toStep), ...(Object.keys(wire).length > 0 && { wire }), ...shared };
}

function toStep({ kind, text, arguments: given, result, takesMs }: DraftStep): object {
  switch (kind) {
    case 'wait_ms':
      return { wait_ms: number(text) };
    case 'event':
      return { event: json(text) };
    case 'tool':
      return {
        tool: text,
        ...(given !== '' && { arguments: json(given) }),
        ...(takesMs !== '' && { takes_ms: number(takesMs) }),
        ...(result !== '' && { result: json(result) }),
      };
    case 'text':
    case 'think':
    case 'hold':
    case 'raw':
    case 'fail':
      return { [kind]: text };
  }
}

function toAfter({ endsAfter, endsNumber }: Draft): object {
  if (endsAfter === 'whole') return {};
  return { after: endsAfter === 'nothing' ? 'nothing' : { [endsAfter]: number(endsNumber) } };
}

function toSplit({ split, splitNumber }: Draft): unknown {
  if (split === 'event' || split === 'walk') return split satisfies NonNullable<InlineScenario['wire']>['split'];
  return split === 'random' ? { random: { max: number(splitNumber) } } : { [split]: number(splitNumber) };
}

function number(text: string): unknown {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // Not JSON: a text, which the server takes or refuses.
  }
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
