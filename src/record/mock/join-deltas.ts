import type { Step } from '../../scenario/schema.ts';

const kinds = { thinking_delta: 'think', text_delta: 'text' } as const;

/** Deltas that come at once with the complete text they add up to, as one readable step. */
export function joinDeltas(steps: readonly Step[]): Step[] {
  const joined: Step[] = [];
  for (let index = 0; index < steps.length; index += 1) {
    const group = deltasFrom(steps, index);
    const step = steps[index];
    if (group) {
      joined.push(group.step);
      index += group.count - 1;
    } else if (step) joined.push(step);
  }
  return joined;
}

function deltasFrom(steps: readonly Step[], start: number): { readonly step: Step; readonly count: number } | null {
  const first = eventOf(steps[start]);
  const type = first?.['type'];
  if (type !== 'thinking_delta' && type !== 'text_delta') return null;
  const deltas: string[] = [];
  let index = start;
  for (let event = first; event?.['type'] === type && isPlain(event); event = eventOf(steps[index])) {
    deltas.push(String(event['content']));
    index += 1;
  }
  const whole = eventOf(steps[index]);
  if (
    !whole ||
    whole['type'] !== type.replace('_delta', '') ||
    !isPlain(whole) ||
    whole['content'] !== deltas.join('') ||
    deltas.join('').includes('{{')
  )
    return null;
  const step = kinds[type] === 'think' ? { think: deltas.join(''), deltas } : { text: deltas.join(''), deltas };
  return { step, count: index - start + 1 };
}

function isPlain(event: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(event);
  return keys.length === 2 && keys[0] === 'type' && keys[1] === 'content' && typeof event['content'] === 'string';
}

function eventOf(step: Step | undefined): Readonly<Record<string, unknown>> | null {
  return step && 'event' in step ? step.event : null;
}
