import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareArgs, listRequest, mockArgs, recordSpec } from '../harness/contestants.ts';
import { startServer } from '../harness/processes.ts';
import { inTurn } from '../harness/rounds.ts';
import type { Bench, Figure, Row } from '../row.ts';

const FILES = 1000;

/** From the spawn of a process to its first whole list. */
export const startUpRows: readonly Row[] = [
  {
    name: 'start-up',
    what: 'spawn to the first whole list',
    async measure({ mode, folder }) {
      const spec = await recordSpec([], { prompt: '/q3-findings' });
      const contestants = {
        mock: mockArgs('--quiet'),
        node: bareArgs('node', spec, folder),
        hono: bareArgs('hono', spec, folder),
      };
      const { wallMs, cpuMs } = await inTurn(contestants, { rounds: mode.starts, measure: start });
      return [
        { what: 'time', unit: 'ms', samples: wallMs, wanted: { than: 'hono', atMost: 1 } },
        { what: 'processor time', unit: 'ms', samples: cpuMs, wanted: { than: 'hono', atMost: 1 } },
      ];
    },
  },
  {
    name: 'scenario-files',
    what: `the same with a folder of ${FILES.toLocaleString('en')} scenario files`,
    measure: measureFiles,
  },
];

async function measureFiles({ mode, folder }: Bench): Promise<Figure[]> {
  const scenarios = join(folder, 'many');
  mkdirSync(scenarios);
  for (let index = 0; index < FILES; index++)
    writeFileSync(
      join(scenarios, `turn-${index}.yaml`),
      `scenario: turn-${index}\ndescription: One of many.\nwhen: { prompt: word ${index} }\nsteps:\n  - think: I look at the report.\n  - tool: retrieve\n    arguments: { query: word ${index}, top_k: 5 }\n    takes_ms: 600\n    result: [{ text: Found it, page: ${index} }]\n  - text: The **answer** is ${index}.\n`,
    );
  const contestants = { mock: mockArgs('--quiet', '--scenarios', scenarios), none: mockArgs('--quiet') };
  const { wallMs, cpuMs } = await inTurn(contestants, { rounds: mode.pacedRounds, measure: start });
  const perFile = (samples: Figure['samples']) =>
    (samples['mock'] ?? []).map((ms, round) => (ms - (samples['none']?.[round] ?? Number.NaN)) / FILES);
  return [
    { what: 'spawn to the first whole list', unit: 'ms', samples: wallMs },
    { what: 'time of a file', unit: 'ms', samples: { mock: perFile(wallMs) }, wanted: { atMost: 2 } },
    { what: 'processor time of a file', unit: 'ms', samples: { mock: perFile(cpuMs) } },
  ];
}

async function start(args: readonly string[]): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  const startMs = performance.now();
  const server = await startServer(args);
  const answer = await fetch(server.url + listRequest.path, { headers: { authorization: 'Bearer x' } });
  await answer.arrayBuffer();
  const wallMs = performance.now() - startMs;
  const cpuMs = server.usage().cpuSeconds * 1000;
  await server.stop();
  return { wallMs, cpuMs };
}
