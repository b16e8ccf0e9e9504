/** Something wrong with a request, as FastAPI says it. */
export interface Mistake {
  /** `body`, `query`, `path` or `header`, and where in it. */
  readonly loc: readonly (string | number)[];
  /** The same as people write it: `body.index_ids[0]`. */
  readonly place: string;
  readonly message: string;
}

/** The mistakes that the answer to an invalid request lists; none, if it is another answer. */
export function readMistakes(answer: unknown): Mistake[] {
  const detail = typeof answer === 'object' && answer !== null && 'detail' in answer ? answer.detail : null;
  if (!Array.isArray(detail)) return [];
  return detail.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('loc' in one) || !Array.isArray(one.loc)) return [];
    const loc = one.loc.filter((part) => typeof part === 'string' || typeof part === 'number');
    const message = 'msg' in one ? String(one.msg) : 'is wrong';
    return [{ loc, message, place: loc.reduce<string>(join, '') }];
  });
}

/**
 * Whether a mistake is about the value at this path of the body. What is missing is shown at the value that lacks it:
 * the first line for which it holds is the place.
 */
export function isAt({ loc, message }: Mistake, path: readonly (string | number)[]): boolean {
  const [where, ...rest] = loc;
  if (where !== 'body') return false;
  const wanted = /required/i.test(message) ? rest.slice(0, -1) : rest;
  return wanted.length === path.length && wanted.every((part, index) => String(part) === String(path[index]));
}

function join(text: string, part: string | number): string {
  if (typeof part === 'number') return `${text}[${part}]`;
  return text === '' ? part : `${text}.${part}`;
}
