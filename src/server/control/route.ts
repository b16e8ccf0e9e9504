import { type Answer, json } from '../answer.ts';
import { createControls, type WorldControls } from '../controls.ts';
import type { Engine } from '../engine.ts';
import { bodyLimits } from '../read-body.ts';
import { type IncomingRequest, worldName } from '../request.ts';
import type { bodies } from './bodies.ts';
import { parseBody } from './parse-body.ts';

/** The arguments of an endpoint: the world of `X-Test-Id`, the body, and the parameter in the path. */
export interface ControlCall<Body> {
  readonly engine: Engine;
  readonly request: IncomingRequest;
  readonly controls: WorldControls;
  readonly world: string | null;
  readonly body: Body;
  readonly parameter: string;
  readonly query: URLSearchParams;
}

/** An endpoint of the control API. */
export interface Route {
  readonly method: string;
  /** `*` is one part of any name. */
  readonly path: string;
  readonly summary: string;
  /** The body it takes; null: none. */
  readonly body: keyof typeof bodies | null;
  readonly serve: (engine: Engine, request: IncomingRequest, parameter: string) => Promise<Answer>;
}

type BodyOf<Name> = Name extends keyof typeof bodies ? Awaited<ReturnType<typeof parseBody<Name>>> : null;

/** Defines an endpoint: `GET streams/*`, what it does, the name of its body, and the function that answers. */
export function route<Name extends keyof typeof bodies | null>(
  call: string,
  summary: string,
  bodyName: Name,
  answer: (call: ControlCall<BodyOf<Name>>) => Answer | Promise<Answer>,
): Route {
  const [method = '', path = ''] = call.split(' ');
  return {
    method,
    path,
    summary,
    body: bodyName,
    serve: async (engine, request, parameter) => {
      const text = new TextDecoder().decode(await request.body(bodyLimits));
      // Which body a name stands for is in the table; the compiler does not follow it through the null.
      const body = (bodyName === null ? null : await parseBody(bodyName, text, engine)) as BodyOf<Name>;
      const world = worldName(request);
      const query = new URLSearchParams(request.query);
      const controls = createControls(engine, world);
      return answer({ engine, request, controls, world, body, parameter, query });
    },
  };
}

/** A 200 with this value as JSON. */
export function ok(value: object): Answer {
  return json(200, JSON.stringify(value));
}
