import { isSameSecret } from '../../runtime/secrets-equal.ts';
import { type Answer, controlError, type Headers, json, type WholeAnswer } from '../answer.ts';
import { isLoopbackHost } from '../cors.ts';
import type { Engine } from '../engine.ts';
import { bearerKey } from '../fastapi/auth.ts';
import type { IncomingRequest } from '../request.ts';
import { controlPath } from '../routes.ts';
import { controlOff, serveInspector, serveInspectorFile } from './inspector.ts';
import { servePageFile } from './page-files.ts';
import { pagesPath, servePage } from './pages.ts';
import { referenceScriptPath } from './reference.ts';

/** Sent with every answer: browsers do not guess the type, and pages of other origins cannot embed it. */
const guards: Headers = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * The control API. A page of another origin cannot reach it, nor can a name that only resolves here (DNS rebinding). HEAD
 * is answered as GET; whoever delivers the answer leaves out the body.
 */
export async function serveControl(engine: Engine, request: IncomingRequest): Promise<Answer> {
  if (request.path.startsWith(pagesPath)) return servePage(engine, request);
  const answer = await serveOwn(engine, request).catch((error: unknown) => {
    if (request.hasLeft) throw error; // A caller that gives up is not an error.
    engine.onError(error);
    return controlError(500, 'internal', 'Internal Server Error');
  });
  return { ...withoutStream(answer, request), headers: { ...guards, ...answer.headers } };
}

async function serveOwn(engine: Engine, request: IncomingRequest): Promise<Answer> {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const path = request.path.slice(controlPath.length);
  const isOn = isOnFor(engine, request);
  if (method === 'GET' && path === '') return serveInspector(isOn, request);
  const refusal = refuseForeign(engine, request);
  if (refusal) return refusal;
  if (method === 'GET' && path === 'health') return health(engine, request);
  const file = method === 'GET' && isOn ? await serveInspectorFile(engine, request) : null;
  if (file) return file;
  const closed = refuseCaller(engine, request);
  if (closed) return closed;
  if (method === 'GET' && request.path === referenceScriptPath) return servePageFile(engine, request, 'reference.js');
  // Reading bodies needs zod, which plain serving never loads.
  const { serveRoute } = await import('./routes.ts');
  return serveRoute(engine, request, { method, path });
}

/** HEAD does not start a stream. */
function withoutStream(answer: Answer, { method }: IncomingRequest): Answer {
  if (method !== 'HEAD' || !('perform' in answer) || answer.status === null) return answer;
  return { status: answer.status, headers: answer.headers, body: null };
}

/**
 * With a token, any host name is accepted, such as that of a container: a page that rebinds a name does not know the
 * token.
 */
function refuseForeign({ control }: Engine, request: IncomingRequest): WholeAnswer | null {
  const caller = foreignCaller(request);
  if (caller !== null) {
    return controlError(
      403,
      'foreign_origin',
      `The control API takes no calls from ${caller}; call it without an Origin, from your test, or open its address in the browser yourself.`,
    );
  }
  if (control.token !== null || !control.isOn) return null;
  const hostname = URL.canParse(request.origin) ? new URL(request.origin).hostname : request.origin;
  // A host name may resolve to any address; an address cannot.
  if (isLoopbackHost(hostname) || /^[\d.]+$|^\[/.test(hostname) || control.hosts.has(hostname)) return null;
  return controlError(
    403,
    'foreign_host',
    `The control API does not answer to the host name ${hostname}; use 127.0.0.1 or localhost.`,
  );
}

/**
 * A page of another origin, in words; null if the caller is none. Browsers send no Origin with an image, a script or a
 * simple GET, but they do say where the request comes from.
 */
function foreignCaller(request: IncomingRequest): string | null {
  const origin = request.header('origin');
  if (origin !== null && origin !== request.origin) return `pages of ${origin}`;
  const site = request.header('sec-fetch-site');
  if (site === null || site === 'same-origin' || site === 'none') return null;
  return `pages of another origin (Sec-Fetch-Site: ${site})`;
}

/** Whether the control API answers this caller, given the token where one is needed. */
function isOnFor({ control }: Engine, request: IncomingRequest): boolean {
  return control.isOn && (control.token !== null || !request.isRemote);
}

function refuseCaller(engine: Engine, request: IncomingRequest): WholeAnswer | null {
  const { control } = engine;
  if (control.token !== null && !isSameSecret(bearerKey(request.header('authorization')) ?? '', control.token)) {
    return controlError(
      401,
      'token_needed',
      'The control API needs its token: send Authorization: Bearer with what was given as --control-token.',
    );
  }
  return isOnFor(engine, request) ? null : controlOff();
}

/** While the server drains it still answers, but nothing new may be sent to it. */
function health({ edition, seed, library }: Engine, { isDraining }: IncomingRequest): WholeAnswer {
  const status = isDraining ? 'draining' : 'ok';
  return json(isDraining ? 503 : 200, JSON.stringify({ status, edition, seed, scenarios: library.names.length }));
}
