import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** Runs the sample with a Vitest of its own: what became of each test, and what was printed. */
function runSample() {
  const directory = mkdtempSync(join(tmpdir(), 'chat-mock-vitest-'));
  const file = join(directory, 'results.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter', 'default', '--reporter', 'json', `--outputFile.json=${file}`];
  const sample = [vitest, 'run', '--root', join(root, 'test/embed/samples'), ...reporters];
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const { stdout, stderr } = spawnSync(process.execPath, sample, { encoding: 'utf8', env });
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Results;
  rmSync(directory, { recursive: true });
  return { results: testResults.flatMap(({ assertionResults }) => assertionResults), printed: stdout + stderr };
}

test('each test of the sample becomes what its name says, and is reported once with the reason', () => {
  const { results, printed } = runSample();
  const wanted = { passes: 'passed', fails: 'failed', 'is skipped': 'skipped' } as Record<string, string>;
  expect(results.length).toBeGreaterThan(20);
  expect(results.filter(({ title, status }) => status !== wanted[title.split(':')[0] ?? ''])).toEqual([]);
  const reasons = Object.fromEntries(
    results.flatMap(({ title, failureMessages }) =>
      failureMessages?.length
        ? [[title.replace('fails: ', ''), failureMessages.map((text) => text.replace(/\n {4}at [\s\S]*/, ''))]]
        : [],
    ),
  );
  expect(reasons).toMatchInlineSnapshot(`
    {
      "an answer of another world was never asked for": [
        "Error: 1 queued answer was never asked for:
      inline for listSessions, used 0 of 1 times
    Queue only what the test asks for, or check what it asked: mock.journal.entries.",
      ],
      "an answer was never asked for": [
        "Error: 1 queued answer was never asked for:
      slow-tool for streamMessages, used 0 of 2 times
    Queue only what the test asks for, or check what it asked: mock.journal.entries.",
      ],
      "for its own reason alone, with the journal": [
        "AssertionError: expected 1 to be 2 // Object.is equality",
      ],
      "passes: at the second try": [
        "AssertionError: expected 1 to be 2 // Object.is equality",
      ],
      "with the answer": [
        "Error: Expected the answer to contain "fell".
    Answer: "Revenue grew."
    The turn is done; the stream ended as close.",
      ],
      "with the end": [
        "Error: Expected the stream to end as close; it still runs.",
      ],
      "with the event that is missing": [
        "Error: Expected the stream to have event 2 of 2 after those before it: {"type":"tool_call"}.
    Events:
      {"type":"text_delta","content":"One."}
      {"type":"text","content":"One."}
      {"type":"stop","usage":{"total_input_tokens":321,"total_output_tokens":1,"turns":1,"duration_ms":364.117},"is_error":false,"error":null}",
      ],
      "with the nearest requests": [
        "Error: Expected to have received 2 requests that match {"operation":"createSession"}; 0 did.
    Nearest:
      GET /api/v1/chat: operation is "listSessions", not "createSession"",
      ],
      "with what to do about a body that was read": [
        "TypeError: The body of the response was read already. Await the matcher before that.",
      ],
    }
  `);
  // Of each try that failed, and of no other, what its mock saw.
  const seen = [...printed.matchAll(/^stderr \| (?:.* > )?(.*)\n((?:chat-mock saw.*\n(?: {2}.*\n)*)+)/gm)];
  const failed = results.filter(({ title, status }) => status === 'failed' || title === 'passes: at the second try');
  expect(seen.map(([, title]) => title)).toEqual(failed.map(({ title }) => title));
  const texts = Object.fromEntries(seen.map(([, title = '', text]) => [title.replace('fails: ', ''), text]));
  expect(texts).toMatchInlineSnapshot(`
    {
      "an answer of another world was never asked for": "chat-mock saw no request.
    ",
      "an answer was never asked for": "chat-mock saw no request.
    ",
      "for its own reason alone, with the journal": "chat-mock saw:
      GET /api/v1/chat -> 503 by inline (queued 2)
    ",
      "passes: at the second try": "chat-mock saw no request.
    ",
      "with the answer": "chat-mock saw:
      POST /api/v1/chat/ses-never-run/messages/stream -> 200 by inline (queued 1)
      stream 1 of inline: 7 events, 632 bytes, close
    ",
      "with the end": "chat-mock saw:
      POST /api/v1/chat/ses-never-run/messages/stream -> 200 by inline (queued 1)
      stream 1 of inline: 0 events, 0 bytes, held at "look"
    ",
      "with the event that is missing": "chat-mock saw:
      POST /api/v1/chat/ses-never-run/messages/stream -> 200 by inline (queued 1)
      stream 1 of inline: 3 events, 273 bytes, close
    ",
      "with the nearest requests": "chat-mock saw:
      GET /api/v1/chat -> 200
    ",
      "with what to do about a body that was read": "chat-mock saw:
      POST /api/v1/chat/ses-never-run/messages/stream -> 200 by inline (queued 1)
      stream 1 of inline: 7 events, 632 bytes, close
    ",
    }
  `);
});
