/** Versions of the OpenAPI specification: 3.2 describes the stream event by event, 3.1 is what most tools read. */
export const specVersions = ['3.2', '3.1'] as const;
/** A version of the OpenAPI specification that documents are written in. */
export type SpecVersion = (typeof specVersions)[number];

/** How a document's file is named in `openapi/`: the newest version has the plain name. */
export function documentFileName(edition: string, spec: SpecVersion): string {
  return `chat-${edition}${spec === specVersions[0] ? '' : `.${spec}`}.yaml`;
}
