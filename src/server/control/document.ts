import type { SpecVersion } from '../../openapi/spec-versions.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import type { WholeAnswer } from '../answer.ts';
import { baseUrl } from '../base-path.ts';
import type { Engine } from '../engine.ts';
import type { IncomingRequest } from '../request.ts';

const mediaTypes = { json: 'application/json', yaml: 'application/yaml' } as const;

/** The OpenAPI document of this mock, its own address first; `?spec=3.1` for tools that do not read the newest. */
export async function serveDocument(
  { edition }: Engine,
  request: IncomingRequest,
  format: keyof typeof mediaTypes,
): Promise<WholeAnswer> {
  const { buildDocument, specVersions, writeDocument } = await import('../../openapi/index.ts');
  const asked = new URLSearchParams(request.query).get('spec') ?? specVersions[0];
  if (!isOneOf(specVersions, asked))
    throw new ChatMockError(
      'bad_spec',
      `There is no document in version ${JSON.stringify(asked)}. Versions are: ${specVersions.join(', ')}.`,
    );
  const body = await writeDocument(buildDocument({ edition, spec: asked, server: baseUrl(request) }), format);
  return { status: 200, headers: { 'content-type': mediaTypes[format] }, body };
}

function isOneOf(versions: readonly SpecVersion[], text: string): text is SpecVersion {
  return versions.some((version) => version === text);
}
