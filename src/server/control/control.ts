import { type Answer, controlProblem, json, type WholeAnswer } from '../answer.ts';
import { isLoopbackHost } from '../cors.ts';
import type { Engine } from '../engine.ts';
import type { IncomingRequest } from '../request.ts';
import { controlPath } from '../routes.ts';
import { pagesPath, servePage } from './pages.ts';
import { referenceScriptPath, serveReferenceScript } from './reference.ts';

/**
 * The control API. A page of another origin cannot reach it, nor can a name that only resolves here (DNS rebinding).
 */
export async function serveControl(engine: Engine, request: IncomingRequest): Promise<Answer> {
  if (request.path.startsWith(pagesPath)) return servePage(engine, request);
  const refusal = refuseForeign(engine, request);
  if (refusal) return refusal;
  // What waits for a server to come up often asks with HEAD.
  if (/^(?:GET|HEAD)$/.test(request.method) && request.path === `${controlPath}health`) return health(engine);
  const closed = refuseCaller(engine, request);
  if (closed) return closed;
  if (request.method === 'GET' && request.path === referenceScriptPath) return serveReferenceScript(engine, request);
  // What reads bodies needs zod, which serving does without.
  const { serveRoute } = await import('./routes.ts');
  return serveRoute(engine, request, request.path.slice(controlPath.length));
}

/** Who must show a token may come by any name, such as that of a container: no page that rebinds a name knows it. */
function refuseForeign({ control }: Engine, request: IncomingRequest): WholeAnswer | null {
  const origin = request.header('origin');
  if (origin !== null && origin !== request.origin) {
    return controlProblem(
      403,
      'foreign_origin',
      `The control API takes no calls from pages of ${origin}; call it without an Origin, from your test.`,
    );
  }
  if (control.token !== null || !control.isOn) return null;
  const hostname = URL.canParse(request.origin) ? new URL(request.origin).hostname : request.origin;
  // A name may point anywhere; an address is what it says.
  if (isLoopbackHost(hostname) || /^[\d.]+$|^\[/.test(hostname) || control.hosts.has(hostname)) return null;
  return controlProblem(
    403,
    'foreign_host',
    `The control API does not answer to the host name ${hostname}; use 127.0.0.1 or localhost.`,
  );
}

function refuseCaller({ control }: Engine, request: IncomingRequest): WholeAnswer | null {
  if (control.token !== null && request.header('authorization') !== `Bearer ${control.token}`) {
    return controlProblem(
      401,
      'token_needed',
      'The control API needs its token: send Authorization: Bearer with what was given as --control-token.',
    );
  }
  if (control.isOn) return null;
  return controlProblem(
    403,
    'control_off',
    'The control API is off: it was started with --no-control, or on an address that others can reach without --control-token.',
  );
}

function health({ edition, seed, library }: Engine): WholeAnswer {
  return json(200, JSON.stringify({ status: 'ok', edition, seed, scenarios: library.names.length }));
}
