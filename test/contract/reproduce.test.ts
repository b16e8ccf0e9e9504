import { expect, test } from 'vitest';
import { checks, parseFlows, type VerifyOptions } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { flowsNamed, runVerify } from '../support/verify.ts';

type Fetch = (request: Request) => Promise<Response>;

/** The lines that reproduce the first finding of a check. */
async function linesOf(check: string, options: Pick<VerifyOptions, 'fetch' | 'flows'>) {
  const { report } = await runVerify({ ...options, only: [check] });
  return report.checks.flatMap(({ id, cases }) =>
    id === check ? cases.flatMap(({ findings }) => findings.map(({ reproduce }) => reproduce)) : [],
  )[0];
}

const flow = `area: own
flows:
  - flow: own
    summary: A turn, then more refusals than a reproduction repeats.
    profile: safe
    checks: [http.schema]
    steps:
      - { call: createSession, body: {}, save: { id: $.session_id } }
      - { call: streamMessages, session: "{{id}}", body: { prompt: The turn, index_ids: [a] } }
${Array.from({ length: 6 }, () => '      - { call: streamMessages, session: "{{id}}", body: { prompt: Refused, index_ids: [] }, expect: any }').join('\n')}
      - { call: getSession, session: "{{id}}" }
`;

test('requests that were refused are not repeated, and crowd out none that did something', async () => {
  const { fetch: next } = createChatMock({ speed: 'instant' });
  const fetch: Fetch = async (request) => {
    const response = await next(request);
    const isDetail = request.method === 'GET' && /\/chat\/[^/]+$/.test(request.url) && response.ok;
    return isDetail ? Response.json({ ...((await response.json()) as object), events: null }) : response;
  };
  const reading = parseFlows({ file: 'own.yaml', text: flow }, checks);
  const flows = 'value' in reading ? reading.value.flows : [];
  const lines = await linesOf('http.schema', { fetch, flows });
  expect(lines?.map((line) => /The turn|Refused|-X \w+/g.exec(line.replace('-X POST', ''))?.[0] ?? 'create')).toEqual([
    'create',
    'The turn',
    '-X GET',
    '-X DELETE',
  ]);
});

test('refused requests that may have done it are repeated', async () => {
  const { fetch: next } = createChatMock({ speed: 'instant' });
  const fetch: Fetch = async (request) => {
    const copy = request.clone();
    const response = await next(request);
    if (response.status !== 422 || !request.url.endsWith('/title')) return response;
    // A refused title is made all the same.
    const body = JSON.stringify({ first_message: 'Made all the same' });
    await next(new Request(copy, { body }));
    return response;
  };
  const lines = await linesOf('validation.refused-changes-nothing', { fetch, flows: flowsNamed('refuse-bodies') });
  expect(lines?.some((line) => line.includes('/title'))).toBe(true);
});
