import type { Replayed } from '../../log/index.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { escapeUnsafe } from '../../runtime/escape.ts';
import { defineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { openReplay } from '../open-replay.ts';
import { path, wholeNumber } from '../value-types.ts';
import { config, port } from './shared-options.ts';

/** Plays a log into a fresh mock and prints what each request was answered. */
export const replay = defineCommand({
  name: 'replay',
  summary: 'Play the log of a mock, and print what each request was answered.',
  examples: [
    'chat-mock replay mock.log',
    'chat-mock replay mock.log --at 120',
    'chat-mock replay mock.log --diff other.log',
  ],
  positional: 'file',
  exitCodes: {
    0: 'The log was played; with --diff, all answers are the same.',
    1: 'With --diff: an answer differs.',
    2: 'Bad usage, or a log that cannot be read.',
  },
  options: {
    file: { kind: 'single', type: path('FILE'), default: undefined, summary: 'File that serve --log has written.' },
    at: {
      kind: 'single',
      type: wholeNumber(0, 999_999_999, 'Give the number of an input, as replay prints it; 0 is the start.'),
      default: undefined,
      summary: 'Stop after this input and serve the mock as it was then; the log stays as it is.',
    },
    diff: {
      kind: 'single',
      type: path('FILE'),
      default: undefined,
      summary: 'Another log: print only the first request whose answer differs.',
    },
    port,
    json: { kind: 'switch', summary: 'Print one JSON object per line instead of text.' },
    config,
  },
  async run({ file, at, diff, port, json }, io) {
    if (file === undefined)
      throw new ChatMockError('usage', 'Failed to replay: no log is named. Write chat-mock replay FILE.');
    if (diff !== undefined && at !== undefined)
      throw new ChatMockError('usage', 'Failed to replay: --at and --diff exclude each other. Leave one of them out.');
    const show = json ? showJson : showText;
    if (diff !== undefined) return compare([await playAll(file, io), await playAll(diff, io)], { show, io });
    const { mock, log, entries } = await openReplay(file, io);
    const tell = (answers: readonly Replayed[]) => {
      for (const answer of answers) io.stdout.write(show(answer));
    };
    let last = 0;
    for (const entry of entries()) {
      if (at !== undefined && entry.n > at) break;
      tell(await log.apply(entry));
      last = entry.n;
    }
    if (at !== undefined && last < at)
      throw new ChatMockError(
        'usage',
        `Failed to serve the log after input ${at}: its last input is ${last}. Give --at that number, or a smaller one.`,
      );
    tell(log.goLive());
    if (at === undefined) return 0;
    const server = await mock.listen({ port, replaceGlobals: true });
    const interrupted = io.interrupted();
    io.stdout.write(
      json
        ? `${JSON.stringify({ event: 'ready', url: server.url, control_url: `${server.url}/__mock`, at })}\n`
        : `\nAfter input ${at}: ${server.url} · inspector ${server.url}/__mock/ · Ctrl-C ends it\n`,
    );
    await interrupted;
    await server.close();
    return 0;
  },
});

async function playAll(file: string, io: Io): Promise<readonly Replayed[]> {
  const { log, entries } = await openReplay(file, io);
  const answers: Replayed[] = [];
  for (const entry of entries()) answers.push(...(await log.apply(entry)));
  answers.push(...log.goLive());
  return answers.sort((one, other) => one.request - other.request);
}

/** Tells the first request whose answer differs. Numbers may: how streams were read decides how many inputs there are. */
function compare(
  [before, after]: readonly [readonly Replayed[], readonly Replayed[]],
  { show, io }: { readonly show: (answer: Replayed) => string; readonly io: Io },
): number {
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const pair = [before[index], after[index]];
    const [one, other] = pair.map((answer) => answer && JSON.stringify({ ...answer, request: 0 }));
    if (one === other) continue;
    for (const answer of pair) io.stdout.write(answer ? show(answer) : 'no such request\n');
    return 1;
  }
  io.stdout.write(show === showJson ? '' : `No answer differs (${before.length} compared).\n`);
  return 0;
}

function showText({ request, method, path, status, bytes, sha256 }: Replayed): string {
  return `${String(request).padStart(6)}  ${status ?? '---'}  ${sha256.slice(0, 12)}  ${bytes} bytes  ${method} ${escapeUnsafe(path)}\n`;
}

function showJson(answer: Replayed): string {
  return `${JSON.stringify(answer)}\n`;
}
