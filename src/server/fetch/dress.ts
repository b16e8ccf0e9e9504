import { aborted } from './errors.ts';

interface Facts {
  readonly url: string;
  readonly redirected: boolean;
  readonly type: 'basic' | 'cors';
  readonly signal: AbortSignal;
}

const mutators = ['append', 'set', 'delete'];
const consumers = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'];

/** Gives a response and its clones what the constructor cannot set: the URL, `redirected` and immutable headers. */
export function dress(response: Response, facts: Facts): Response {
  const { url, redirected, type } = facts;
  const clone = () => dress(Response.prototype.clone.call(response), facts);
  const values = { url, redirected, type, clone, ...(hidesReasons() && consumersOf(response, facts.signal)) };
  Object.defineProperties(response, describe(values));
  Object.defineProperties(response.headers, describe(Object.fromEntries(mutators.map((name) => [name, refuse]))));
  return response;
}

function describe(values: Readonly<Record<string, unknown>>): PropertyDescriptorMap {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, configurable: true }]));
}

function refuse(): never {
  throw new TypeError('immutable');
}

/**
 * In Node 20 and 22 (undici before 7), reading after an abort rejects with undici's own error instead of the signal's
 * reason.
 */
function hidesReasons(): boolean {
  const version = globalThis.process?.versions?.['undici'];
  return version !== undefined && Number.parseInt(version, 10) < 7;
}

function consumersOf(response: Response, signal: AbortSignal): Readonly<Record<string, () => Promise<unknown>>> {
  const known = consumers.flatMap((name) => {
    const read: unknown = Reflect.get(response, name);
    return typeof read === 'function' ? [[name, read] as const] : [];
  });
  return Object.fromEntries(
    known.map(([name, read]) => [
      name,
      async () => {
        if (signal.aborted && !response.bodyUsed) throw aborted();
        return Reflect.apply(read, response, []);
      },
    ]),
  );
}
