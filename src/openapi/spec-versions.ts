/** Versions of the OpenAPI specification: 3.2 describes the stream event by event, 3.1 is what most tools read. */
export const specVersions = ['3.2', '3.1'] as const;
/** A version of the OpenAPI specification that documents are written in. */
export type SpecVersion = (typeof specVersions)[number];

/**
 * Returns the name of a document's file in `openapi/`. The newest version of the specification has the plain name.
 *
 * @example
 * documentFileName(edition, '3.2'); // chat-<edition>.yaml
 * documentFileName(edition, '3.1'); // chat-<edition>.3.1.yaml
 */
export function documentFileName(edition: string, spec: SpecVersion): string {
  return `chat-${edition}${spec === specVersions[0] ? '' : `.${spec}`}.yaml`;
}
