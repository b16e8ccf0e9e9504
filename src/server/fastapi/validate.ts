import { type Edition, existsIn } from '../../api/editions.ts';
import type { FieldPlan, OperationPlan } from '../../api/plan.ts';
import { encodeDetail } from './encode-value.ts';
import { absent, judge } from './judge.ts';
import { parseQuery } from './parse-query.ts';
import type { BodyReading } from './read-body.ts';
import { type DetailItem, gather, Refusal, refuseMissing } from './refusal.ts';

/** What a valid request comes to, all values coerced; or the body of the 422 answer it gets. */
export type Validation =
  | { readonly ok: true; readonly query: QueryValues; readonly body: unknown }
  | { readonly ok: false; readonly body: string };

/** Every parameter of the operation in this edition, null where it was left out and has no other default. */
type QueryValues = Readonly<Record<string, string | number | boolean | null>>;

/** Queries repeat: a list is asked for again and again. Beyond this many different ones the memory starts anew. */
const KEPT_QUERIES = 256;
const KEPT_CHARACTERS = 200;

/** What judges the requests of one operation; where the query is all of a request, what it came to is kept. */
export function createValidator(
  operation: OperationPlan,
  edition: Edition,
): (request: Pick<RequestToValidate, 'query' | 'body'>) => Validation {
  if (operation.body) return (request) => validateRequest({ operation, edition, ...request });
  const known = new Map<string, Validation>();
  return ({ query, body }) => {
    const before = known.get(query);
    if (before) return before;
    const validation = validateRequest({ operation, edition, query, body });
    if (query.length > KEPT_CHARACTERS) return validation;
    if (known.size >= KEPT_QUERIES) known.clear();
    known.set(query, validation);
    return validation;
  };
}

/** Judges a request as FastAPI with Pydantic does: all problems at once, those of the query first. */
export function validateRequest({ operation, edition, query, body }: RequestToValidate): Validation {
  const given = query === '' ? noValues : parseQuery(query);
  const values: Record<string, string | number | boolean | null> = {};
  let problems: DetailItem[] | null = null;
  for (const field of operation.query) {
    if (!existsIn(field, edition)) continue;
    const result = judgeParameter(field, given.get(field.name), edition);
    if (result instanceof Refusal) problems = gather(problems, { refusal: result, place: ['query', field.name] });
    else values[field.name] = result as string | number | boolean | null; // Parameters have no lists and no objects.
  }
  const value = operation.body ? judgeBody(operation.body, body, edition) : null;
  if (value instanceof Refusal) problems = gather(problems, { refusal: value, place: ['body'] });
  if (problems) return { ok: false, body: encodeDetail(problems, edition) };
  return { ok: true, query: values, body: value };
}

interface RequestToValidate {
  readonly operation: OperationPlan;
  readonly edition: Edition;
  /** Raw, without the `?`. */
  readonly query: string;
  readonly body: Exclude<BodyReading, { kind: 'refused' }>;
}

const noValues: ReadonlyMap<string, string> = new Map();

function judgeParameter(field: FieldPlan, text: string | undefined, edition: Edition): unknown {
  const isAbsent = text === undefined || (text === '' && isNullableUuid(field));
  return isAbsent ? absent(field, null) : judge(field.plan, text, edition);
}

/** The official clients write `?project_id=` for null, and the service takes that for absent. */
function isNullableUuid({ plan }: FieldPlan): boolean {
  return plan.kind === 'nullable' && plan.inner.kind === 'uuid';
}

/** To FastAPI, a body of `null` is the same as none. */
function judgeBody(
  { required, plan }: NonNullable<OperationPlan['body']>,
  body: RequestToValidate['body'],
  edition: Edition,
): unknown {
  const value = body.kind === 'none' ? null : body.value;
  if (value !== null) return judge(plan, value, edition);
  return required ? refuseMissing(null) : null;
}
