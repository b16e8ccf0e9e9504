import type { WholeAnswer } from '../answer.ts';
import { baseUrl } from '../base-path.ts';
import type { Engine } from '../engine.ts';
import type { IncomingRequest } from '../request.ts';

/** Where the script of the API reference is served. */
export const referenceScriptPath = '/__mock/docs/reference.js';

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
