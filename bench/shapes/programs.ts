import { program, startMock } from '../harness/contestants.ts';
import { inTurn } from '../harness/rounds.ts';
import { timeProgram } from '../harness/timed-program.ts';
import type { Bench, Figure, Row } from '../row.ts';

const PROFILES = { safe: 2000, full: 5000 } as const;

/** Programs that run to their end. */
export const programRows: readonly Row[] = [
  { name: 'verify', what: 'verify an instant mock, profiles safe and full', measure: measureVerify },
  { name: 'document', what: 'openapi writes a document', measure: measureDocument },
];

async function measureVerify({ mode, folder }: Bench): Promise<Figure[]> {
  const mock = await startMock('--quiet', '--speed', 'instant');
  const { wallMs, cpuShare } = await inTurn(PROFILES, {
    rounds: mode.pacedRounds,
    measure: async (_, profile) => {
      const args = [program, 'verify', mock.url, '--api-key', 'x', '--profile', profile];
      const { wallMs, cpuMs, exitCode } = await timeProgram(args, folder);
      if (exitCode !== 0) throw new Error(`verify --profile ${profile} ended with ${exitCode}.`);
      return { wallMs, cpuShare: cpuMs / wallMs };
    },
  });
  await mock.stop();
  return Object.entries(PROFILES).flatMap(([profile, atMost]) => [
    { what: `${profile}: time`, unit: 'ms', samples: { mock: wallMs[profile] ?? [] }, wanted: { atMost } },
    { what: `${profile}: its own share of a processor`, unit: '', samples: { mock: cpuShare[profile] ?? [] } },
  ]);
}

async function measureDocument({ mode, folder }: Bench): Promise<Figure[]> {
  const contestants = { mock: [program, 'openapi'], 'node -e 0': ['-e', '0'] };
  const { wallMs, cpuMs } = await inTurn(contestants, {
    rounds: mode.starts,
    measure: async (args) => {
      const { wallMs, cpuMs } = await timeProgram(args, folder);
      return { wallMs, cpuMs };
    },
  });
  return [
    { what: 'time of the whole program', unit: 'ms', samples: wallMs },
    { what: 'processor time', unit: 'ms', samples: cpuMs },
  ];
}
