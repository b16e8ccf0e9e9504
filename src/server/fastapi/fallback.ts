import type { Choices } from '../../api/choices.ts';
import { type Edition, existsIn } from '../../api/editions.ts';
import type { OperationPlan } from '../../api/plan.ts';
import { empty, errorAnswer, type WholeAnswer } from '../answer.ts';
import { baseUrl } from '../base-path.ts';
import type { IncomingRequest } from '../request.ts';

/** What FastAPI answers where no operation fits: 405 for another method, 307 for a trailing slash, else 404. */
export function answerUnmatched(
  request: IncomingRequest,
  {
    plans,
    edition,
    choices,
  }: { readonly plans: readonly OperationPlan[]; readonly edition: Edition; readonly choices: Choices },
): WholeAnswer {
  const known = plans.filter((plan) => existsIn(plan, edition));
  const here = known.filter((plan) => matchesPath(plan, request.path));
  const [first] = here;
  if (first) {
    const methods = choices.allow_header === 'all_methods' ? here.map(({ method }) => method) : [first.method];
    return errorAnswer(405, 'Method Not Allowed', { allow: methods.join(', ') });
  }
  const bare = withoutTrailingSlashes(request.path);
  const redirects =
    choices.trailing_slash === 'redirect' && bare !== request.path && known.some((plan) => matchesPath(plan, bare));
  if (!redirects) return errorAnswer(404, 'Not Found');
  return empty(307, { location: `${baseUrl(request)}${bare}${request.query === '' ? '' : `?${request.query}`}` });
}

/** A loop: an expression would look at each of many slashes in the middle for the end of the path. */
function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

function matchesPath({ path, greedy }: OperationPlan, requested: string): boolean {
  const wanted = path.split('/');
  const given = requested.split('/');
  if (greedy)
    return (
      given.length >= wanted.length &&
      given.at(-1) !== '' &&
      wanted.slice(0, -1).every((part, index) => part === given[index])
    );
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  );
}
