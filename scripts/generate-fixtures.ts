import { writeFile } from 'node:fs/promises';
import { loadFixtures, loadScenarios } from '../src/node/files.ts';

export async function generateFixtures(directory: URL): Promise<void> {
  const fixtures = new URL('../fixtures/', import.meta.url);
  const built = {
    scenarios: await loadScenarios(new URL('scenarios/', fixtures).pathname),
    ...(await loadFixtures(fixtures.pathname)),
  };
  await writeFile(
    new URL('fixtures.ts', directory),
    `// Made by \`npm run generate\` from fixtures/; never edited.
import type { IndexFixture, SessionFixture } from '../scenario/fixture-schema.ts';
import type { Scenario } from '../scenario/schema.ts';

export const builtInFixtures = JSON.parse(${JSON.stringify(JSON.stringify(built))}) as {
  readonly scenarios: readonly Scenario[];
  readonly sessions: readonly SessionFixture[];
  readonly indexes: readonly IndexFixture[];
};
`,
  );
}
