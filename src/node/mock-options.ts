import { z } from 'zod';
import { ChoicesDocument } from '../api/choices-schema.ts';
import { editions } from '../api/editions.ts';
import { limitRows } from '../runtime/limits.ts';
import { checkDepth } from '../runtime/nesting.ts';
import { type Issue, parseValue } from '../runtime/parse-issue.ts';
import { findTwins } from '../runtime/twins.ts';
import { IndexFixture, SessionFixture } from '../scenario/fixture-schema.ts';
import { checkSession } from '../scenario/parse-fixtures.ts';
import { isBasePath } from '../server/base-path.ts';
import { readOrigin } from '../server/cors.ts';
import type { ListenOptions } from './listen.ts';
import type { ChatMockOptions } from './mock.ts';

const aFunction = z.custom<(...given: never[]) => void>((value) => typeof value === 'function', 'must be a function');

const Origin = z
  .string()
  .refine((text) => text === readOrigin(text), 'must be an origin as browsers send it, as http://localhost:5173');

/** HTTP strips blanks around a header's value, so a key with blanks around it could never match. */
const Secret = z
  .string()
  .min(1)
  .refine((text) => text === text.trim(), 'must not begin or end with a blank');

const LimitsGiven = z.strictObject(
  Object.fromEntries(
    Object.entries(limitRows).map(([name, { min, max }]) => [name, z.int().min(min).max(max).optional()]),
  ),
);

const MockOptions = z
  .strictObject({
    seed: z.union([z.number(), z.string()]),
    edition: z.enum(editions),
    scenarios: z.array(z.unknown()), // Judged apart, each by its name.
    sessions: z.array(SessionFixture),
    indexes: z.array(IndexFixture),
    recording: z.string().min(1),
    generatedSessions: z.int().min(0).max(100_000),
    speed: z.union([z.number().gt(0), z.literal('instant')]),
    clock: z.enum(['fixed', 'real', 'manual']),
    apiKeys: z.array(Secret),
    choices: ChoicesDocument,
    lenient: z.boolean(),
    corsOrigins: z.array(Origin),
    onActivity: aFunction.nullable(),
    onError: aFunction,
    basePath: z.string().refine(isBasePath, 'must be a path that begins with /, as /llama'),
    control: z.boolean(),
    controlToken: Secret.nullable(),
    limits: LimitsGiven,
  } satisfies Record<keyof ChatMockOptions, z.ZodType>)
  .partial();

const Where = z
  .strictObject({
    port: z.int().min(0).max(65_535),
    host: z.string().min(1),
    socketPath: z.string().min(1),
    tls: z.union([
      z.literal('self-signed'),
      z.strictObject({ certFile: z.string().min(1), keyFile: z.string().min(1) }),
    ]),
    replaceGlobals: z.boolean(),
  } satisfies Record<keyof ListenOptions, z.ZodType>)
  .partial();

const WorldName = z.strictObject({
  id: z
    .string()
    .regex(
      /^[!-~\u00a1-\u00ff](?:[ -~\u00a1-\u00ff]*[!-~\u00a1-\u00ff])?$/,
      'must be what the header X-Test-Id can carry',
    ),
});

/** Returns every issue of the options of `listen`. */
export function checkWhere(where: unknown): readonly Issue[] {
  return parseValue(Where, where).issues;
}

/** Returns every issue of a world's name that no request could send. */
export function checkWorldName(id: unknown): readonly Issue[] {
  return parseValue(WorldName, { id }).issues;
}

/** Returns every issue of the options of `createChatMock`. */
export function checkOptions(options: unknown): readonly Issue[] {
  const tooDeep = checkDepth(options);
  if (tooDeep.length > 0) return tooDeep;
  const { data, issues } = parseValue(MockOptions, options);
  if (!data) return issues;
  const { sessions = [], indexes = [] } = data;
  return [
    ...sessions.flatMap((session, at) =>
      checkSession(session).map((issue) => ({ ...issue, path: ['sessions', at, ...issue.path] })),
    ),
    ...checkTwins(
      'sessions',
      sessions.map(({ session_id }) => session_id),
    ),
    ...checkTwins(
      'indexes',
      indexes.map(({ id }) => id),
    ),
  ];
}

function checkTwins(list: 'sessions' | 'indexes', ids: readonly string[]): Issue[] {
  return findTwins(ids).map((at) => ({ path: [list, at], message: `"${ids[at]}" is there already` }));
}
