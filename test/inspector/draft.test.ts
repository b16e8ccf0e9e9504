import { describe, expect, test } from 'vitest';
import { emptyDraft, emptyStep, type StepKind, stepKinds, toNextBody } from '../../src/inspector/draft.ts';
import { controlled } from '../support/control.ts';

const step = (kind: StepKind, text: string, more: object = {}) => ({ ...emptyStep(kind, 1), text, ...more });
const samples: Readonly<Record<StepKind, string>> = {
  ...{ text: 'Hello.', think: 'Let me see.', tool: 'retrieve', wait_ms: '5', hold: 'here', fail: 'Busy.' },
  ...{ event: '{"type":"text","content":"a"}', raw: ': note\n\n' },
};

describe('an answer that is written in the form', () => {
  test.each(Object.keys(stepKinds) as StepKind[])('with a step of %s is taken by the mock', async (kind) => {
    const body = toNextBody({ ...emptyDraft, kind: 'steps', steps: [step(kind, samples[kind])] });
    expect(await controlled().control('POST next/check', body)).toMatchObject({ status: 200 });
  });

  test.each([
    [{ kind: 'known', scenario: 'fast' }],
    [{ kind: 'status', status: '429', body: '{"detail":"slow down"}', delayMs: '10' }],
    [{ kind: 'status', status: '503', body: 'busy', endsHow: 'truncate', endsAfter: 'byte', endsNumber: '2' }],
    [{ kind: 'steps', split: 'bytes', splitNumber: '3', newline: 'crlf', pingMs: '100', endsHow: 'reset' }],
    [{ kind: 'steps', split: 'random', endsHow: 'hang', endsAfter: 'whole' }],
    [{ kind: 'steps', split: 'walk', endsHow: 'close', endsAfter: 'nothing' }],
    [{ kind: 'steps', split: 'join_events', endsHow: 'truncate', endsAfter: 'ms', endsNumber: '50', operation: '*' }],
    [{ kind: 'steps', steps: [step('tool', 'retrieve', { arguments: '{"a":1}', result: '[1]', takesMs: '20' })] }],
    [{ kind: 'known', scenario: 'fast', prompt: 'a.b(c', sessionId: 'ses-1', times: '3' }],
  ] as const)('%j is taken by the mock', async (news) => {
    const answer = await controlled().control('POST next/check', toNextBody({ ...emptyDraft, ...news }));
    expect(answer).toEqual({ status: 200, body: { status: 'ok' } });
  });

  test.each([
    [{ times: 'often' }, 'times'],
    [{ times: '' }, 'times'],
    [{ kind: 'status', status: 'x' }, 'status'],
    [{ kind: 'steps', steps: [step('event', 'no JSON')] }, 'event'],
    [{ kind: 'steps', steps: [] }, 'steps'],
    [{ kind: 'steps', pingMs: '-1' }, 'ping_ms'],
  ] as const)('%j is refused by the mock, which says where', async (news, where) => {
    const body = toNextBody({ ...emptyDraft, scenario: 'fast', ...news });
    const { status, body: answer } = await controlled().control('POST next/check', body);
    expect([status, answer.error.message]).toEqual([400, expect.stringContaining(where)]);
  });

  test('asks for the prompt as it is written', () => {
    expect(toNextBody({ ...emptyDraft, scenario: 'fast', prompt: 'a.b?' })).toMatchObject({
      match: { body: { prompt: { regex: 'a\\.b\\?', flags: 'i' } } },
    });
  });
});
