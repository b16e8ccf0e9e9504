import fc from 'fast-check';
import { expect, test } from 'vitest';
import { turnRuleIds } from '../../src/api/turn-rules.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { checkTurn } from '../../src/scenario/grammar.ts';
import { runs } from '../support/runs.ts';
import { flowsNamed, runVerify } from '../support/verify.ts';

const stop = {
  type: 'stop',
  usage: { total_input_tokens: 1, total_output_tokens: 1, turns: 1, duration_ms: 1 },
  is_error: false,
  error: null,
};
const called = { name: fc.constantFrom('search', 'read'), call_id: fc.constantFrom('a', 'b') };
const content = fc.constantFrom('', 'x', 'xy');
const anyEvent = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('text_delta', 'thinking_delta'), content }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('text', 'thinking'), content }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('tool_call'), ...called, arguments: fc.constant({}) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('tool_result'), ...called, result: fc.constant(null) }) },
  { weight: 1, arbitrary: fc.constant({ ...stop, is_error: true, error: 'It broke.' }) },
);
/** Most turns end as they should, or the end would hide what else is wrong. */
const turns = fc
  .tuple(
    fc.array(anyEvent, { maxLength: 8 }),
    fc.constantFrom([stop], [stop], [stop], [{ ...stop, is_error: true }], []),
  )
  .map(([events, end]) => [...events, ...end]);

const { fetch } = createChatMock({ speed: 'instant' });
const flows = flowsNamed('one-turn');

/** The checks that fail where a server streams these events. */
async function failedChecks(events: readonly { readonly type: string }[]): Promise<string[]> {
  const text = events
    .map((event) => `event: ${event.type.endsWith('_delta') ? 'delta' : 'message'}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');
  const streaming = async (request: Request) => {
    const response = await fetch(request);
    if (!request.url.endsWith('/stream') || !response.ok) return response;
    await response.arrayBuffer();
    return new Response(text, { headers: response.headers });
  };
  const { report } = await runVerify({ fetch: streaming, flows, only: turnRuleIds, concurrency: 1 });
  return report.checks.filter(({ verdict }) => verdict === 'failed').map(({ id }) => id);
}

test('scenario files and the contract find the same turns wrong, by the same rules', async () => {
  await fc.assert(
    fc.asyncProperty(turns, async (events) => {
      const breaches = new Set<string>(checkTurn(events).map(({ rule }) => rule));
      const failed = await failedChecks(events);
      // Of several the contract fails those that do not follow from another, such as an empty stream's.
      const strange = turnRuleIds.filter((id) => failed.includes(id) && !breaches.has(id));
      expect({ breaches, strange, isFound: failed.length > 0 || breaches.size === 0 }).toEqual({
        ...{ breaches, strange: [] },
        isFound: true,
      });
    }),
    { numRuns: runs(300) },
  );
});
