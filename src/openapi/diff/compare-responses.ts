import { compareContent, compareHeaders, followBoth } from './compare-described.ts';
import { compareKeywords } from './compare-descriptions.ts';
import { child, entriesOf, type Located, type Pair, toPointer } from './located.ts';
import { matchRanges } from './ranges.ts';
import { report, type Walk } from './walk.ts';

interface Answer {
  /** In upper case: `200`, `2XX`, `DEFAULT`. */
  readonly status: string;
  readonly place: Located;
}

/** Compares the responses of two operations; `part` returns the walk for a status. */
export function compareResponses(
  places: Pair<Located>,
  { walk: { before: one, after: other }, part }: { readonly walk: Walk; readonly part: (status: string) => Walk },
): void {
  const before = readAnswers(child(places.before, 'responses'), one.remarks);
  const after = readAnswers(child(places.after, 'responses'), other.remarks);
  const isSuccessful = { before: before.some(isSuccess), after: after.some(isSuccess) };
  const { pairs, removed, added, narrowed, widened, merged, split } = matchRanges<Answer>({
    ...{ before, after },
    pairs: before.flatMap((answer) => {
      const same = after.find(({ status }) => status === answer.status);
      return same ? [{ before: answer, after: same }] : [];
    }),
    covers: (range, { status }, side) => {
      if (range.status === status) return false;
      if (range.status === 'DEFAULT') return !isSuccessful[side] || /^[45]/.test(status);
      return range.status === `${status[0]}XX`;
    },
  });
  for (const matched of pairs) {
    const walk = part(matched.before.place.name);
    const pair = followBoth(walk, { before: matched.before.place, after: matched.after.place });
    if (!pair) continue;
    compareKeywords(walk, 'response', pair);
    compareHeaders(walk, pair);
    compareContent(walk, pair);
  }
  for (const { status, place } of removed) {
    const isError = /^[45]/.test(status) || (status === 'DEFAULT' && isSuccessful.before);
    report(part(place.name), isError ? 'error-status-removed' : 'success-status-removed', {
      place,
      before: place.name,
    });
  }
  for (const { place } of [...narrowed, ...merged])
    report(part(place.name), 'status-range-changed', { place, before: place.name });
  for (const { place } of [...widened, ...split])
    report(part(place.name), 'status-range-changed', { place, after: place.name });
  for (const { place } of added) report(part(place.name), 'status-added', { place, after: place.name });
}

/** Lists the responses, exact statuses first. */
function readAnswers(responses: Located, remarks: Set<string>): Answer[] {
  const answers = new Map<string, Answer>();
  for (const [name, place] of entriesOf(responses)) {
    if (name.startsWith('x-')) continue;
    const status = name.toUpperCase();
    if (answers.has(status)) remarks.add(`${toPointer(place)}: the status ${name} stands twice; the last one counts.`);
    answers.set(status, { status, place });
  }
  const breadth = ({ status }: Answer) => (status === 'DEFAULT' ? 2 : status.endsWith('XX') ? 1 : 0);
  return [...answers.values()].sort((one, other) => breadth(one) - breadth(other));
}

/** Beside such a status, `default` describes errors only. */
function isSuccess({ status }: Answer): boolean {
  return status.startsWith('2');
}
