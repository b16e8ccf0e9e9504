import { mkdir, writeFile } from 'node:fs/promises';
import { planOperations } from '../src/api/plan-operations.ts';

/** Writes what serving needs of zod and YAML as plain modules, so that it never has to load either. */
const directory = new URL('../src/generated/', import.meta.url);
const header = '// Made by `npm run generate`; never edited.\n';

await mkdir(directory, { recursive: true });
await writeFile(
  new URL('operation-plans.ts', directory),
  `${header}import type { OperationId } from '../api/operations.ts';\nimport type { OperationPlan } from '../api/plan.ts';\n\nexport const operationPlans: Readonly<Record<OperationId, OperationPlan>> = ${JSON.stringify(planOperations(), null, 1)};\n`,
);
