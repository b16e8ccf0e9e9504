import { z } from 'zod';
import { editions } from '../../api/editions.ts';
import { type OperationId, operations } from '../../api/operations.ts';

/**
 * What a flow may cost: `read-only` creates nothing, `safe` creates a few sessions with short turns, `full` has no such limit.
 */
export const profiles = ['read-only', 'safe', 'full'] as const;
/** How much a run may do on the server: `read-only`, `safe` or `full`. */
export type Profile = (typeof profiles)[number];

const operationId = z.enum(Object.keys(operations) as [OperationId, ...OperationId[]]); // The table is not empty.
const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be of lower-case letters, digits and underscores');
const edition = z.enum(editions);
const lifetime = { since: edition.exactOptional(), until: edition.exactOptional() };
const query = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** Which key is sent: the accepted one, none, another scheme, or an invalid one. */
const keyKinds = ['good', 'none', 'wrong_scheme', 'wrong_key'] as const;
/** Which key a request carries. */
export type KeyKind = (typeof keyKinds)[number];

const sending = {
  role: name.optional().describe('The part it plays; checks find it by this name.'),
  query: query.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.json().optional().describe('Sent as JSON. {{name}} stands for a saved value.'),
  key: z.enum(keyKinds).default('good'),
  expect: z
    .enum(['accepted', 'gone', 'refused_key', 'any'])
    .default('accepted')
    .describe('accepted: anything else ends the flow. gone: no success. any: only observed.'),
  read: z
    .union([
      z.strictObject({ until: z.literal('headers') }),
      z.strictObject({ events: z.int().min(1).describe('Leave after this many events.') }),
      z.strictObject({ pace_ms: z.int().min(1).max(1000).describe('Wait before each further read.') }),
    ])
    .optional(),
  save: z
    .record(name, z.string().startsWith('$'))
    .optional()
    .describe('Values of the answer, by path: $.session_id; with a ? at the end it may be missing.'),
};

/** A step that calls an operation. */
export const Call = z.strictObject({
  call: operationId,
  session: z.string().optional().describe('The session_id in the path.'),
  encode: z
    .enum(['as_needed', 'every_byte', 'twice', 'other_case', 'shortened'])
    .default('as_needed')
    .describe('How the session_id is written: percent-encoded; or another id, in other letters or without its last.'),
  ...sending,
  ...lifetime,
});
/** A step that calls an operation. */
export type Call = z.infer<typeof Call>;

const Send = z.strictObject({
  send: z.strictObject({ method: z.string(), path: z.string() }).describe('A request that is not an operation.'),
  ...sending,
  ...lifetime,
});
/** A step that sends a request that is not an operation of the table. */
export type Send = z.infer<typeof Send>;

/** Requests derived from the schemas, each with one variation of a request that was just accepted. */
const Inputs = z.strictObject({
  inputs: z.enum(['invalid', 'valid', 'of_later_editions']),
  of: z.array(operationId).min(1),
  session: z.string().optional(),
});
/** A step that sends valid or invalid variations of a request. */
export type Inputs = z.infer<typeof Inputs>;

const Keys = z.strictObject({
  keys: z.array(z.enum(keyKinds)).min(1).describe('Sends each operation with each of these keys.'),
  of: z.array(operationId).min(1),
  session: z.string().optional(),
});
/** A step that calls operations with missing or wrong keys. */
export type Keys = z.infer<typeof Keys>;

const lists = Object.entries(operations).flatMap(([id, { query }]) => ('page_token' in query.shape ? [id] : []));

/** Reads every page of a list, each with the token of the page before. */
const Walk = z.strictObject({
  walk: z.enum(lists as [OperationId, ...OperationId[]]).describe('A list to read page by page, up to its end.'), // Ids of the table; some are lists.
  role: name.describe('The part that each page plays; checks find it by this name.'),
  page_size: z.union([z.int(), z.string()]).default(1000),
  at_most: z.int().min(1).max(1000).default(20).describe('Pages.'),
});
/** A step that reads a list page by page. */
export type Walk = z.infer<typeof Walk>;

/** Random bodies, as many as --fuzz says; none by default. */
const Fuzz = z.strictObject({ fuzz: z.array(operationId).min(1), session: z.string().optional() });
/** A step that sends random bodies. */
export type Fuzz = z.infer<typeof Fuzz>;

/** Random sequences of operations, as many as --stateful says; none by default. */
const Sequences = z.strictObject({
  sequences: z.literal('random').describe('Sends as many random sequences of operations as --stateful says.'),
});
type Sequences = z.infer<typeof Sequences>;
/** The roles of what a sequence sends, beside those of the look at its end. */
export const sequenceRoles = ['made', 'sequence', 'sequence_page', 'deleted', 'gone'] as const;

/** Reads every view of some sessions, to compare what a step changed. */
const Look = z.strictObject({
  look: z
    .array(name)
    .min(1)
    .describe('Saved ids of sessions. Each is retrieved and summarised, and the whole list is read.'),
});
/** A step that reads every view of some sessions. */
export type Look = z.infer<typeof Look>;
/** The roles of what a look reads. */
export const lookRoles = ['seen', 'seen_page'] as const;

/** A step that repeats its steps until a value is empty. */
export interface Repeat {
  readonly repeat: readonly Step[];
  readonly until: { readonly empty: readonly string[] } | { readonly accepted: string };
  readonly at_most: number;
  readonly every_ms?: number | undefined;
}
interface Together {
  readonly together: readonly (readonly Step[])[];
}
interface Each {
  readonly each: readonly string[];
  readonly do: readonly Step[];
}
/** One step of a flow. */
export type Step = Call | Send | Walk | Inputs | Keys | Fuzz | Sequences | Look | Repeat | Together | Each;

const steps = z.lazy(() => z.array(Step).min(1));
const Repeat: z.ZodType<Repeat> = z.strictObject({
  repeat: steps,
  until: z.union([
    z.strictObject({ empty: z.array(name).min(1).describe('Any of these values is missing, null or empty.') }),
    z.strictObject({ accepted: name.describe('The last request of this role was accepted.') }),
  ]),
  at_most: z.int().min(1).max(1000),
  every_ms: z.int().min(0).max(10_000).optional().describe('Wait this long between rounds.'),
});
const Together: z.ZodType<Together> = z.strictObject({ together: z.array(steps).min(2) });
const Each: z.ZodType<Each> = z.strictObject({
  each: z
    .array(name)
    .min(1)
    .describe('Saved values. The steps are done for each, side by side; {{each}} is the value.'),
  do: steps,
});
const Step: z.ZodType<Step> = z.union([Call, Send, Walk, Inputs, Keys, Fuzz, Sequences, Look, Repeat, Together, Each]);

/** A conversation with the server as data: the requests, the saved values, and the checks that judge it. */
export const Flow = z.strictObject({
  flow: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be of lower-case letters, digits and hyphens'),
  summary: z.string(),
  profile: z.enum(profiles),
  alone: z.boolean().default(false).describe('No other flow may run beside it.'),
  covered_by: z
    .string()
    .exactOptional()
    .describe('A flow that shows the same and more: where that one runs, this one does not.'),
  ...lifetime,
  checks: z.array(z.string()).min(1).describe('Ids of checks, or globs such as stream.*'),
  steps,
});
/** A sequence of requests that shows whether some checks hold. */
export type Flow = z.infer<typeof Flow>;

/** A file of contracts/: the flows of one area, which names the file. */
export const FlowFile = z.strictObject({
  area: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'must be of lower-case letters, digits and hyphens')
    .describe("The file's name without its ending."),
  flows: z.array(Flow).min(1),
});
/** A file of flows: one area of the contract. */
export type FlowFile = z.infer<typeof FlowFile>;

/** Every role that steps assign, including nested steps. */
export function rolesOf(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if ('repeat' in step) return rolesOf(step.repeat);
    if ('together' in step) return step.together.flatMap((branch) => rolesOf(branch));
    if ('each' in step) return rolesOf(step.do);
    if ('look' in step) return [...lookRoles];
    if ('sequences' in step) return [...sequenceRoles, ...lookRoles];
    return 'role' in step && step.role !== undefined ? [step.role] : [];
  });
}
