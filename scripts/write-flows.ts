import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { checks } from '../src/contract/checks/index.ts';
import { FlowFile } from '../src/contract/flow/flow.ts';
import { parseFlows } from '../src/contract/flow/parse-flows.ts';
import { WaiverFile } from '../src/contract/verdict/waivers.ts';
import { FileProblemsError } from '../src/runtime/errors.ts';

const root = new URL('..', import.meta.url);

/** The flows of contracts/ as a module, so that a run reads no YAML; and the JSON Schemas of our formats, for editors. */
export async function writeFlows(): Promise<void> {
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
  await writeFile(
    new URL('src/contract/generated/flows.ts', root),
    `// Made by \`npm run generate\`; never edited.
import type { Flow } from '../flow/flow.ts';

export const builtInFlows = JSON.parse(${JSON.stringify(JSON.stringify(flows))}) as readonly Flow[];
`,
  );
  await mkdir(new URL('schemas/', root), { recursive: true });
  for (const [name, schema] of Object.entries({ flows: FlowFile, waivers: WaiverFile })) {
    const text = JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2);
    await writeFile(new URL(`schemas/${name}.json`, root), `${text}\n`);
  }
}
