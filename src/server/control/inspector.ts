import { controlError, type Headers, type WholeAnswer } from '../answer.ts';
import type { Engine } from '../engine.ts';
import type { IncomingRequest } from '../request.ts';
import { controlPath } from '../routes.ts';
import { type PageFileName, servePageFile } from './page-files.ts';

/** Only this server, no inline script or style, and no text that becomes HTML. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const pageHeaders: Headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
};

const filesByPath: Readonly<Record<string, PageFileName>> = {
  [`${controlPath}inspector.js`]: 'inspector.js',
  [`${controlPath}inspector.css`]: 'inspector.css',
};

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>chat-mock inspector</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="inspector.css">
<div id="inspector"><noscript>The inspector needs JavaScript. The control API has the same facts: GET journal, GET streams.</noscript></div>
<script type="module" src="inspector.js"></script>
</html>
`;

/**
 * Serves the inspector page. It holds no data, so it needs neither the token nor the origin of the server: a link from
 * a chat or an issue opens it. What it then asks for is guarded like every call of the control API.
 */
export function serveInspector(isOn: boolean, request: IncomingRequest): WholeAnswer {
  if (isOn) return { status: 200, headers: pageHeaders, body: PAGE };
  const off = controlOff();
  if (!/\btext\/html\b/.test(request.header('accept') ?? '')) return off;
  return { status: off.status, headers: pageHeaders, body: OFF_PAGE };
}

/** Serves a file of the inspector page; null: the path is not one of them. */
export async function serveInspectorFile(engine: Engine, request: IncomingRequest): Promise<WholeAnswer | null> {
  const name = filesByPath[request.path];
  return name === undefined ? null : servePageFile(engine, request, name);
}

const OFF =
  'The control API is off: it was started with --no-control, or on an address that others can reach without --control-token.';

const OFF_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>chat-mock inspector: off</title>
<link rel="icon" href="data:,">
<h1>The inspector is off</h1>
<p>${OFF}</p>
<p>The inspector is a client of the control API. Start chat-mock without <code>--no-control</code>, or give it a <code>--control-token</code>, and open this page again.</p>
</html>
`;

/** The refusal where the control API is off. */
export function controlOff(): WholeAnswer {
  return controlError(403, 'control_off', OFF);
}
