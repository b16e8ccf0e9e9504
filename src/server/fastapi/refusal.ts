/** One item of a 422 answer. Its keys are in the order of Pydantic's own. */
export interface DetailItem {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, string | number>>;
}

/** What judging a value yields where it is not accepted. Places are relative to the value judged. */
export class Refusal {
  readonly problems: readonly DetailItem[];

  constructor(problems: readonly DetailItem[]) {
    this.problems = problems;
  }
}

/** A refusal of this very value. */
export function refuse(problem: Omit<DetailItem, 'loc'>): Refusal {
  const { type, msg, input, ctx } = problem;
  return new Refusal([{ type, loc: [], msg, input, ...(ctx && { ctx }) }]);
}

/** The refusal of a required key that is not there. `container` is what it is missing from. */
export function refuseMissing(container: unknown): Refusal {
  return refuse({ type: 'missing', msg: 'Field required', input: container });
}

/** An answer lists no more problems than these, and judging stops there: Pydantic goes on to the last item. */
export const MAX_PROBLEMS = 100;

/** Whether no further problem would be listed. */
export function isFull(problems: readonly DetailItem[] | null): boolean {
  return problems !== null && problems.length >= MAX_PROBLEMS;
}

/** The problems so far and those of `refusal`, which was found at `place`. */
export function gather(problems: DetailItem[] | null, { refusal, place }: Found): DetailItem[] {
  const all = problems ?? [];
  for (const problem of refusal.problems.slice(0, MAX_PROBLEMS - all.length))
    all.push({ ...problem, loc: [...place, ...problem.loc] });
  return all;
}

interface Found {
  readonly refusal: Refusal;
  readonly place: readonly (string | number)[];
}

/** In Unicode mode, half of a pair is none. */
const loneSurrogate = /\p{Surrogate}/u;

/** Pydantic turns a string into UTF-8 wherever it looks into it, which lone surrogates do not allow. */
export function refuseSurrogates(value: unknown): Refusal | null {
  if (typeof value !== 'string' || !loneSurrogate.test(value)) return null;
  return refuse({
    type: 'string_unicode',
    msg: 'Input should be a valid string, unable to parse raw data as a unicode string',
    input: value,
  });
}
