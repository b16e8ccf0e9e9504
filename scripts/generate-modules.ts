import { mkdir } from 'node:fs/promises';
import { planOperations } from '../src/api/plan-operations.ts';
import { loadFixtures, loadScenarios } from '../src/node/files.ts';
import { withKnownUsage } from './known-usage.ts';
import { writeFacts } from './write-facts.ts';
import { writeFlows } from './write-flows.ts';
import { writeIfChanged } from './write-if-changed.ts';
import { writeInspector } from './write-inspector.ts';
import { writeReference } from './write-reference.ts';
import { writeRequestSchemas } from './write-request-schemas.ts';
import { writeRouter } from './write-router.ts';

/**
 * Writes what running needs and Git ignores: plain modules of what zod and YAML say, so that a server never has to load
 * either, and the files of the pages. Tests, `dev` and the build do this before anything else.
 */
const root = new URL('..', import.meta.url);
const generated = new URL('src/generated/', root);
const header = '// Made by `npm run generate:modules`; never edited.\n';

await mkdir(generated, { recursive: true });
await writeIfChanged(
  new URL('operation-plans.ts', generated),
  `${header}import type { OperationId } from '../api/operations.ts';
import type { OperationPlan } from '../api/plan.ts';

export const operationPlans: Readonly<Record<OperationId, OperationPlan>> = ${JSON.stringify(planOperations(), null, 1)};
`,
);
await writeRouter(new URL('router.ts', generated), header);
const scenarios = await loadScenarios(new URL('fixtures/scenarios', root).pathname);
const { sessions, indexes } = await loadFixtures(new URL('fixtures', root).pathname);
const fixtures = { scenarios, sessions: withKnownUsage(sessions, indexes), indexes };
await writeIfChanged(
  new URL('fixtures.ts', generated),
  `${header}import type { IndexFixture, SessionFixture } from '../scenario/fixture-schema.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { KnownUsage } from '../world/generated-sessions.ts';

export const builtInFixtures = JSON.parse(${JSON.stringify(JSON.stringify(fixtures))}) as {
  readonly scenarios: readonly Scenario[];
  readonly sessions: readonly (SessionFixture & KnownUsage)[];
  readonly indexes: readonly IndexFixture[];
};
`,
);
await writeFlows(header);
await writeFacts(header);
await writeRequestSchemas(new URL('src/contract/generated/request-schemas.ts', root), header);
await writeReference();
await writeInspector();
