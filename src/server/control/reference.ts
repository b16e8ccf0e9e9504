import { empty, type WholeAnswer } from '../answer.ts';
import { baseUrl } from '../base-path.ts';
import type { Engine } from '../engine.ts';
import type { IncomingRequest } from '../request.ts';

/** Where the script of the API reference is served. */
export const referenceScriptPath = '/__mock/docs/reference.js';

/** The script of the API reference as it lies on the disk. */
export interface ReferenceScript {
  readonly gzipped: Uint8Array<ArrayBuffer>;
  /** Changes with the script; a valid ETag. */
  readonly etag: string;
}

/** Nothing but this server, whatever the script or the document would like; styles are set from the script. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page of the API reference; the document and the script are found beside it. */
export function serveReference({ apiKeys }: Engine, request: IncomingRequest): WholeAnswer {
  const [key = 'anything'] = apiKeys; // Any key is good where none is configured.
  const configuration = {
    url: 'openapi.json',
    servers: [{ url: baseUrl(request), description: 'This mock' }],
    authentication: { preferredSecurityScheme: 'HTTPBearer', securitySchemes: { HTTPBearer: { token: key } } },
    // What would speak to other hosts.
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: 'never',
    // As the models say it.
    orderSchemaPropertiesBy: 'preserve',
    orderRequiredPropertiesFirst: false,
    defaultOpenAllTags: true,
    showOperationId: true,
  };
  // Inside a script element, only this could end it.
  const json = JSON.stringify(configuration).replaceAll('<', '\\u003c');
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
    },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LlamaCloud Chat API · chat-mock</title>
<link rel="icon" href="data:,">
<div id="reference"></div>
<script type="application/json" id="configuration">${json}</script>
<script src="docs/reference.js"></script>
</html>
`,
  };
}

/** The script of that page; it is read from the disk when it is first asked for. */
export async function serveReferenceScript({ readReference }: Engine, request: IncomingRequest): Promise<WholeAnswer> {
  const { gzipped, etag } = await readReference();
  const headers = {
    // It holds characters beyond ASCII, and without the charset it does not even parse.
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-cache',
    etag,
    vary: 'accept-encoding',
  };
  if (request.header('if-none-match') === etag) return empty(304, headers);
  if (/\bgzip\b/.test(request.header('accept-encoding') ?? ''))
    return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipped };
  const plain = new Blob([gzipped]).stream().pipeThrough(new DecompressionStream('gzip'));
  return { status: 200, headers, body: new Uint8Array(await new Response(plain).arrayBuffer()) };
}
