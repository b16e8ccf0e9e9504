import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createRandom } from '../../src/runtime/random.ts';
import { benchFile } from '../harness/contestants.ts';
import { describeMachine, loadText } from '../harness/machine.ts';
import { readHoldings, startMeasuredMock } from '../harness/measured-mock.ts';
import type { Server } from '../harness/processes.ts';
import { type Round, toTable, verdictOn } from './report.ts';
import { type Line, overHttp1, overHttp2 } from './transports.ts';
import { users, type Visit } from './users.ts';

const usage = `npm run soak -- [--seconds N] [--users N] [--seed N] [--write]

  --seconds N  how long users come [600]
  --users N    how many come at once [24]
  --seed N     seed of what they do [1]
  --write      also writes the table to bench/soak.md, which docs/limits.md shows`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    users: { type: 'string', default: '24' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
/** What is held is read after each, when nobody is there. The first fill what is bounded, and are not judged. */
const ROUNDS = 10;
/** Speed of the clock of streams: paced, but not for long. */
const SPEED = 20;
/** So little that every bound is reached within the first rounds. */
const limits = { maxWorlds: 200, maxRecordBytes: 8 * 2 ** 20 };

if (values.help) console.log(usage);
else await soak();

async function soak(): Promise<void> {
  const [seconds, atOnce] = [Number(values.seconds), Number(values.users)];
  if (!(seconds > 0 && atOnce >= 1)) throw new RangeError(`--seconds and --users must be numbers above 0.\n\n${usage}`);
  const loadBefore = loadText();
  const mock = await startMeasuredMock({ speed: SPEED, limits }, { tls: true });
  const failures = new Map<string, number>();
  const fail = (what: string) => failures.set(what, (failures.get(what) ?? 0) + 1);
  mock.child.on('message', (message: object) => {
    if ('failed' in message) fail(`the mock reported an error: ${String(message.failed)}`);
  });
  const { secureUrl = '', certFile = '' } = mock.ready;
  const authority = readFileSync(certFile, 'utf8');
  const lines: Readonly<Record<string, () => Line>> = {
    'HTTP/1.1': () => overHttp1(mock.url),
    'HTTP/2': () => overHttp2(secureUrl, authority),
  };
  const known = new Map<string, string>();
  const counts = new Map<string, number>();
  const rounds: Round[] = [];
  let visits = 0;
  for (let number = 1; number <= ROUNDS; number += 1) {
    const endMs = performance.now() + (1000 * seconds) / ROUNDS;
    const before = visits;
    const comeAgain = async () => {
      while (performance.now() < endMs) {
        visits += 1;
        const random = createRandom(values.seed).fork('visit', visits);
        const name = random.pick(Object.keys(users));
        const protocol = random.pick(Object.keys(lines));
        const line = lines[protocol]?.();
        const what = `${name} (${protocol})`;
        counts.set(what, (counts.get(what) ?? 0) + 1);
        const coming = { mock, line, world: `soak ${visits}`, name, random, known };
        await visit(coming).catch((error: Error) => fail(`${what}: ${error.message}`));
        line?.close();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, comeAgain));
    const { heapMiB, handles } = await readHoldings(mock);
    const residentMiB = mock.usage().residentBytes / 2 ** 20;
    rounds.push({ number, visits: visits - before, heapMiB, residentMiB, handles });
  }
  await mock.stop();
  const machine = describeMachine([loadBefore, loadText()]);
  const table = toTable({ seconds, atOnce, machine, rounds, counts });
  const wrong = [...[...failures].map(([what, times]) => `${what} (${times} times)`), ...verdictOn(rounds)];
  console.log(table);
  for (const one of wrong) console.error(`FAILED: ${one}`);
  if (values.write && wrong.length === 0) writeFileSync(benchFile('soak.md'), table);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

interface Coming {
  readonly mock: Server;
  readonly line: Line | undefined;
  readonly world: string;
  readonly name: string;
  readonly random: Visit['random'];
  readonly known: Map<string, string>;
}

/** One visit in a world of its own, which is then compared with its journal and reset. */
async function visit({ mock, line, world, name, random, known }: Coming): Promise<void> {
  const own = { authorization: 'Bearer any', 'x-test-id': world };
  let sent = 0;
  let wasReset = false;
  const control: Visit['control'] = async (route, body) => {
    const [method = '', path = ''] = route.split(' ');
    wasReset ||= path === 'reset';
    // In a world's own words, over a connection of its own: it must work while the API's connections are cut.
    const answer = await fetch(`${mock.url}/__mock/${path}`, {
      method,
      headers: { ...own, connection: 'close' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${route} was answered with ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as never; // What the caller names is what this route answers.
  };
  const user = users[name];
  if (!user || !line) throw new Error(`there is no ${name}.`);
  await user({
    random,
    control,
    send: (request) => {
      sent += 1;
      return line.send({ ...request, headers: { ...own, ...request.headers } });
    },
    same: (what, value) => {
      if ((known.get(what) ?? value) !== value) throw new Error(`${what} is not what it was before.`);
      known.set(what, value);
    },
  });
  if (!wasReset) {
    const { entries } = await control<{ entries: readonly unknown[] }>('GET journal');
    if (entries.length !== sent) throw new Error(`the journal has ${entries.length} of ${sent} requests.`);
  }
  await control('POST reset', {});
}
