import { shorten } from '../runtime/shorten.ts';
import { didYouMean } from '../runtime/suggest.ts';
import type { Strike } from '../world/chaos.ts';
import type { RequestFacts } from '../world/request-match.ts';
import { readBody, toHeaders } from '../world/request-record.ts';
import type { World } from '../world/world.ts';
import { type Answer, errorAnswer } from './answer.ts';
import type { Engine } from './engine.ts';
import type { Exchange, Intervention, Route } from './exchange.ts';

/**
 * Finds what a test or chance has prepared for a request: a queued answer, the named scenario or a chaos rule. Usually
 * there is nothing.
 */
export function findIntervention(
  exchange: Exchange<Route>,
): ({ readonly intervention: Intervention | null } & Effects) | { readonly refusal: Answer } {
  const { engine, world, request, route } = exchange;
  const named = request.header('x-mock-scenario');
  if (!named && world.queue.size === 0 && world.chaos.rules.length === 0) return NOTHING;
  const facts = toFacts(exchange);
  const queued = fromQueue(world, facts);
  if (queued) return { ...NOTHING, intervention: queued };
  if (named) {
    const script = engine.library.get(named);
    if (!script) return { refusal: unknownScenario(engine, named) };
    // Clients send their default headers with every call; a scenario with steps applies to turns only.
    const isMeant = route.plan.success.kind === 'stream' || script.status !== undefined;
    const intervention = lasting({ scenario: named, why: 'header', script });
    return isMeant ? { ...NOTHING, intervention } : NOTHING;
  }
  const { answer, ruleNumber, ...effects } = world.chaos.strike(facts, world.clock.unscaledNow());
  if (!answer) return { ...effects, intervention: null };
  const why = `chaos rule ${ruleNumber}`;
  return { ...effects, intervention: lasting({ scenario: answer.scenario ?? 'chaos', why, script: answer }) };
}

/** What chaos does to a request beside answering it. */
type Effects = Pick<Strike, 'delayMs' | 'headers' | 'spend'>;

const NOTHING = { intervention: null, delayMs: 0, headers: null, spend: null } as const;

function fromQueue(world: World, facts: RequestFacts): Intervention | null {
  const queued = world.queue.find(facts);
  if (!queued) return null;
  const { scenario, id, script } = queued;
  const take = () => world.queue.take(queued);
  return { scenario, why: `queued ${id}`, script, take, again: () => fromQueue(world, facts) };
}

/** Creates an intervention that is never used up. */
function lasting(facts: Pick<Intervention, 'scenario' | 'why' | 'script'>): Intervention {
  const intervention: Intervention = { ...facts, take: () => {}, again: () => intervention };
  return intervention;
}

/** Headers and body are parsed once, when a match first needs them. */
function toFacts({ request, route, sessionId, sent }: Exchange<Route>): RequestFacts {
  let headers: RequestFacts['headers'] | undefined;
  let read: { readonly body: unknown } | undefined;
  return {
    operation: route.id,
    method: request.method,
    path: request.path,
    session_id: sessionId,
    get headers() {
      headers ??= toHeaders(request.rawHeaders);
      return headers;
    },
    get body() {
      read ??= { body: readBody(sent) };
      return read.body;
    },
  };
}

function unknownScenario({ library }: Engine, name: string): Answer {
  return errorAnswer(
    404,
    `Unknown scenario "${shorten(name)}" in X-Mock-Scenario${didYouMean(name, library.names) || '.'} Known: ${library.names.join(', ')}.`,
  );
}
