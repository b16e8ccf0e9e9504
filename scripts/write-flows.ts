import { mkdir, readdir, readFile } from 'node:fs/promises';
import { checks } from '../src/contract/checks/index.ts';
import { parseFlows } from '../src/contract/flow/parse-flows.ts';
import { FileProblemsError } from '../src/runtime/errors.ts';
import { writeIfChanged } from './write-if-changed.ts';

const root = new URL('..', import.meta.url);

/** The flows of contracts/ as a module, so that a run reads no YAML. */
export async function writeFlows(header: string): Promise<void> {
  const names = (await readdir(new URL('contracts/', root))).filter((name) => name.endsWith('.yaml')).sort();
  const readings = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(`contracts/${name}`, root), 'utf8');
      return parseFlows({ file: `contracts/${name}`, text }, checks);
    }),
  );
  const problems = readings.flatMap((reading) => ('problems' in reading ? reading.problems : []));
  if (problems.length > 0) throw new FileProblemsError('flows', problems);
  const flows = readings.flatMap((reading) => ('value' in reading ? reading.value.flows : []));
  await mkdir(new URL('src/contract/generated/', root), { recursive: true });
  await writeIfChanged(
    new URL('src/contract/generated/flows.ts', root),
    `${header}import type { Flow } from '../flow/flow.ts';

export const builtInFlows = JSON.parse(${JSON.stringify(JSON.stringify(flows))}) as readonly Flow[];
`,
  );
}
