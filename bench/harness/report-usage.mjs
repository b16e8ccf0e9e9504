import { writeFileSync } from 'node:fs';

/** `node --import report-usage.mjs …`: writes what the process has used to the file of BENCH_USAGE when it ends. */
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ cpuMs: (user + system) / 1000 }));
});
