import { describe, expect, test } from 'vitest';
import type { Choices } from '../../src/api/choices.ts';
import { builtInFlows, compareRuns, toChoices, traceRun, verify } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { pauselessTimer as timer } from '../../src/runtime/timer.ts';
import { thinned } from '../support/runs.ts';
import { startTinyServer } from '../support/tiny-server.ts';

const servers: readonly (readonly [name: string, choices: Partial<Choices>])[] = [
  [
    'terse',
    {
      thinking: 'none',
      echo_user_input: true,
      sse_newline: 'crlf',
      sse_ids: true,
      optional_keys: 'omitted',
      last_page_token: 'null',
      timestamps: 'utc_milliseconds',
      auth_missing_status: 403,
      auth_missing_detail: 'No entry',
      second_delete: 204,
      list_order: 'created_asc',
      trailing_slash: 'not_found',
      title_length: 20,
      title_suffix: '…',
    },
  ],
  [
    'chatty',
    {
      thinking: 'each_tool',
      www_authenticate: null,
      deltas_in_history: 'always',
      sse_retry_ms: 2500,
      stream_cache_control: 'no-store',
      stream_accel_buffering: null,
      stream_connection: 'close',
      page_size_default: 4,
      page_size_not_positive: 'reject',
      bad_page_token: 'first_page',
      title_from_prompt: 'never',
      unknown_session_detail: 'Gone fishing',
      locked_index_ids: 'ignore',
      allow_header: 'all_methods',
      list_order: 'updated_asc',
    },
  ],
];

/** Without those that send a hundred requests and teach nothing that the others do not. */
const flows = builtInFlows.filter(({ flow }) => !['accept-edges', 'refuse-bodies', 'fuzz'].includes(flow));
const trace = (choices: Partial<Choices>) =>
  traceRun(
    verify({
      fetch: createChatMock({ speed: 'instant', choices }).fetch,
      profile: 'full',
      flows,
      concurrency: 1,
      timer,
    }),
  );

describe('what is learned makes the mock that server', () => {
  test.each(thinned(servers, 2))('%s', async (_, choices) => {
    const original = await trace(choices);
    const learned = toChoices(original.report.observations) as Partial<Choices>; // Only what choices may be.
    expect(learned).toMatchObject(choices);
    const { drifts } = compareRuns(original, await trace(learned));
    // Whether an instant turn is long enough to show how it is spread depends on the machine.
    expect(drifts.filter(({ what }) => what !== 'stream.incremental')).toEqual([]);
  });
});

test('two servers are told apart in contract, choices and shapes, and a patch is proposed', async () => {
  const [, terse] = servers[0] ?? [];
  const { drifts, patch } = compareRuns(await trace({}), await trace(terse ?? {}));
  expect(new Set(drifts.map(({ kind }) => kind))).toEqual(new Set(['contract', 'choice', 'shape']));
  expect(patch).toMatchObject(terse ?? {});
});

test('the mock becomes a server that is not a mock, as far as it has settings for it', async () => {
  const server = await startTinyServer();
  const original = await traceRun(verify({ url: server.url, timer }));
  await server.close();
  const learned = toChoices(original.report.observations) as Partial<Choices>; // Only what choices may be.
  const imitation = await traceRun(
    verify({ fetch: createChatMock({ speed: 'instant', choices: learned }).fetch, timer }),
  );
  // A comment at the start says nothing of pings after a silence.
  const { sse_ping_text: _, ...rest } = learned;
  expect(toChoices(imitation.report.observations)).toMatchObject(rest);
});
