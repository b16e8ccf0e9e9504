import { bareArgs, benchFile, createSessions, recordSpec, turnRequest } from '../harness/contestants.ts';
import { startMeasuredMock } from '../harness/measured-mock.ts';
import { runJson, type Server, startServer } from '../harness/processes.ts';
import { readScenario, scenarioFlags } from '../harness/scenarios.ts';
import { percentile } from '../harness/statistics.ts';
import type { Bench, Figure, Row } from '../row.ts';

const EVENTS = 50;
const GAP_MS = 20;

/** From the moment a client leaves to the moment its turn stops. */
export const abortRow: Row = {
  name: 'abort',
  what: 'a client leaves a paced stream: until its turn stops',
  measure,
};

async function measure({ mode, folder }: Bench): Promise<Figure[]> {
  const flags = scenarioFlags(folder, { kind: 'events', events: EVENTS, gapMs: GAP_MS });
  const spec = await recordSpec(flags, { prompt: '/turn', waitsMs: (frame) => (frame < EVENTS ? GAP_MS : 0) });
  const servers: Record<string, Server> = {
    mock: await startMeasuredMock({ scenarios: [readScenario(flags)] }),
    node: await startServer(bareArgs('node', spec, folder), { withMessages: true }),
    hono: await startServer(bareArgs('hono', spec, folder), { withMessages: true }),
  };
  const tookMs: Record<string, number[]> = {};
  for (const [name, server] of Object.entries(servers)) {
    const [id = ''] = name === 'mock' ? await createSessions(server.url, 1) : ['x'];
    tookMs[name] = await leaveOften(server, { id, count: mode.aborts });
    await server.stop();
  }
  const at = (share: number) =>
    Object.fromEntries(Object.entries(tookMs).map(([name, took]) => [name, [percentile(took, share)]]));
  return [
    { what: 'half within', unit: 'ms', samples: at(0.5) },
    { what: '99 of 100 within', unit: 'ms', samples: at(0.99), wanted: { atMost: 5 } },
  ];
}

/** How long each stop took. */
async function leaveOften(
  server: Server,
  { id, count }: { readonly id: string; readonly count: number },
): Promise<number[]> {
  const stoppedAtMs: number[] = [];
  const all = new Promise<void>((resolve) => {
    server.child.on('message', (message: { readonly stoppedAtMs: number }) => {
      if (stoppedAtMs.push(message.stoppedAtMs) === count) resolve();
    });
  });
  const task = { url: server.url, requests: [turnRequest(id, '/turn')], count, afterBytes: 200, pauseMs: 2 * GAP_MS };
  const leftAtMs = await runJson<number[]>([benchFile('clients/leave.mjs')], { input: JSON.stringify(task) });
  await all;
  return leftAtMs.map((ms, index) => (stoppedAtMs[index] ?? Number.NaN) - ms);
}
