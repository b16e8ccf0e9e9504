import { controlProblem, json, type WholeAnswer } from '../answer.ts';
import { isLoopbackHost } from '../cors.ts';
import type { Engine } from '../engine.ts';
import type { IncomingRequest } from '../request.ts';
import { worldName } from '../world-name.ts';
import { pagesPath, servePage } from './pages.ts';

export const controlPath = '/__mock/';
const BODY_LIMIT_BYTES = 64 * 1024;

/** The control API. A page of another origin cannot reach it, nor can a name that only resolves here (DNS rebinding). */
export async function serveControl(engine: Engine, request: IncomingRequest): Promise<WholeAnswer> {
  if (request.path.startsWith(pagesPath)) return servePage(engine, request);
  const refusal = refuseForeign(request);
  if (refusal) return refusal;
  const route = `${request.method} ${request.path.slice(controlPath.length)}`;
  if (route === 'GET health') return health(engine);
  if (route === 'POST reset') return reset(engine, request);
  return controlProblem(
    404,
    'not_found',
    `No control endpoint ${request.method} ${request.path}. There are: GET health, POST reset.`,
  );
}

function refuseForeign(request: IncomingRequest): WholeAnswer | null {
  const origin = request.header('origin');
  if (origin !== null && origin !== request.origin) {
    return controlProblem(
      403,
      'foreign_origin',
      `The control API takes no calls from pages of ${origin}; call it without an Origin, from your test.`,
    );
  }
  const { hostname } = new URL(request.origin);
  // A name may point anywhere; an address is what it says.
  if (isLoopbackHost(hostname) || /^[\d.]+$|^\[/.test(hostname) || hostname === 'mock') return null;
  return controlProblem(
    403,
    'foreign_host',
    `The control API does not answer to the host name ${hostname}; use 127.0.0.1 or localhost.`,
  );
}

function health({ edition, seed, scenarios }: Engine): WholeAnswer {
  return json(200, JSON.stringify({ status: 'ok', edition, seed, scenarios: scenarios.size }));
}

/** Drops a world (or all): its sessions are those of the start again, and its transcript repeats. */
async function reset(engine: Engine, request: IncomingRequest): Promise<WholeAnswer> {
  const text = new TextDecoder().decode(await request.body(BODY_LIMIT_BYTES));
  const wish = parseWish(text);
  if (!wish) return controlProblem(400, 'bad_body', 'The body of reset is empty or {"all": true}.');
  const name = worldName(request);
  const dropped = wish.all ? engine.worlds.resetAll() : [engine.worlds.reset(name)];
  for (const world of dropped) {
    for (const turn of [...(world?.running ?? [])]) engine.streams.get(turn)?.();
  }
  return json(200, JSON.stringify({ status: 'ok', reset: wish.all ? 'all' : (name ?? 'default') }));
}

function parseWish(text: string): { readonly all: boolean } | null {
  if (text.trim() === '') return { all: false };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const { all = false, ...rest } = value as { all?: unknown };
    return typeof all === 'boolean' && Object.keys(rest).length === 0 ? { all } : null;
  } catch {
    return null; // The caller answers with what a body may be.
  }
}
