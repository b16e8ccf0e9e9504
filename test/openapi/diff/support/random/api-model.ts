import type { Random } from '../../../../../src/runtime/random.ts';

/** A parameter in the query, a header or a cookie; those of the path follow from the path. */
export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header' | 'cookie';
  readonly required: boolean;
  readonly explode: boolean;
  readonly maxLength: number | null;
}

/** A header of an answer. */
interface Header {
  readonly name: string;
  readonly required: boolean;
}

/** What an operation answers with one status. */
export interface Answer {
  readonly status: string;
  readonly types: readonly string[];
  readonly headers: readonly Header[];
}

/** One operation, whatever way it is written. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put';
  readonly path: string;
  readonly id: string;
  readonly isDeprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly required: boolean; readonly types: readonly string[] } | null;
  readonly answers: readonly Answer[];
  /** Alternatives, each of the schemes that it needs together; none: open to all. */
  readonly security: readonly (readonly SchemeName[])[];
}

/** What a document says of an API, whatever way it is written. */
export type Api = readonly Operation[];

/** The ways to authenticate. */
export const schemes = {
  key: { type: 'apiKey', in: 'header', name: 'X-Key' },
  basic: { type: 'http', scheme: 'basic' },
  bearer: { type: 'http', scheme: 'bearer' },
} as const;
/** The name of a way to authenticate. */
export type SchemeName = keyof typeof schemes;

const paths = ['/things', '/things/{id}', '/things/{id}/parts/{part}', '/others/{name}'];
const methods = ['get', 'post', 'put'] as const;
/** Media types that a body may have. */
export const mediaTypes = ['application/json', 'text/plain', 'application/xml', 'text/csv'];
/** Statuses that an answer may have. */
export const statuses = ['200', '202', '400', '404', '500'];
/** Names that no random API has: for what an edit adds. */
export const newName = 'added';

/** Makes an API of one to four operations. */
export function randomApi(random: Random): Api {
  const addresses = paths.flatMap((path) => methods.map((method) => ({ path, method })));
  return random.sample(addresses, random.integer(1, 4)).map(({ path, method }, index) => ({
    ...{ method, path, id: `call${index}`, isDeprecated: random.chance(0.2) },
    parameters: random.sample(['limit', 'after', 'x-trace', 'kind'], random.integer(0, 3)).map((name) => ({
      name,
      in: name.startsWith('x-') ? ('header' as const) : random.pick(['query', 'query', 'cookie'] as const),
      required: random.chance(0.4),
      explode: random.chance(0.7),
      maxLength: random.chance(0.5) ? random.integer(5, 20) : null,
    })),
    body:
      method !== 'get' && random.chance(0.7)
        ? { required: random.chance(0.5), types: random.sample(mediaTypes, random.integer(1, 2)) }
        : null,
    answers: random.sample(statuses, random.integer(1, 3)).map((status) => ({
      status,
      types: random.sample(mediaTypes, random.integer(0, 2)),
      headers: random
        .sample(['X-Total', 'X-Next'], random.integer(0, 2))
        .map((name) => ({ name, required: random.chance(0.5) })),
    })),
    security: random.pick<Operation['security']>([[], [['key']], [['bearer'], ['key']], [['bearer', 'basic']]]),
  }));
}
