import { editions } from '../src/api/editions.ts';
import { builtInFixtures } from '../src/generated/fixtures.ts';
import { buildDocument, documentFileName, specVersions, writeDocument } from '../src/openapi/index.ts';
import { renderDocs } from './render-docs.ts';
import { renderSchemas } from './render-schemas.ts';

/** Every generated file that Git keeps, by its path from the root of the repository. */
export async function renderDocuments(): Promise<Readonly<Record<string, string>>> {
  return {
    ...inDirectory('docs', renderDocs(builtInFixtures.scenarios)),
    ...inDirectory('schemas', renderSchemas()),
    ...inDirectory('openapi', await renderOpenApi()),
  };
}

async function renderOpenApi(): Promise<Record<string, string>> {
  const versions = editions.flatMap((edition) => specVersions.map((spec) => ({ edition, spec })));
  const entries = versions.map(async ({ edition, spec }): Promise<[string, string]> => {
    return [documentFileName(edition, spec), await writeDocument(buildDocument({ edition, spec }), 'yaml')];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function inDirectory(directory: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${directory}/${name}`, text]));
}
