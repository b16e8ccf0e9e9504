import { createRandom, type Random } from '../../runtime/random.ts';
import { drawNumbers, fill, lowerFirst, type Values } from './fill.ts';
import type { ResearchIndex } from './index-names.ts';
import { phrases } from './phrases.ts';
import type { Subject } from './subjects.ts';
import type { Topic } from './topic.ts';

/** A passage of a document and the sentence about it in the answer; both quote the same numbers. */
export interface Finding {
  readonly index: ResearchIndex;
  readonly file: string;
  readonly page: number;
  readonly passage: string;
  /** A sentence with a `{cite}` placeholder. */
  readonly claim: string;
  readonly clause: string;
  /** The measured figure, if any. */
  readonly figure: Values | null;
}

/** The files of an index that fit the subject. */
export type Shelf = Pick<Finding, 'index'> & { readonly files: readonly string[] };

/** Three to five findings, spread over the shelves, figures first. */
export function inventFindings(
  subject: Subject,
  { topic, shelves, random }: { readonly topic: Topic; readonly shelves: readonly Shelf[]; readonly random: Random },
): Finding[] {
  const { now, earlier } = drawPeriod(topic, random);
  const count = random.integer(2, 3);
  const groups = random.sample(subject.groups, count);
  const causes = random.sample(subject.causes, count);
  const claims = random.sample(phrases.claim, count);
  const measured = random.sample(subject.figures, count).map((drawn, nth) => {
    const { name, before, after, moved } = drawFigure(drawn, random);
    const [group, cause] = [groups[nth] ?? '', causes[nth] ?? ''];
    // By name: to spread objects costs as much as to write the sentences. A citation takes the place of its own.
    const figure = { now, earlier, name, before, after, moved, group, cause, cite: '{cite}' };
    return {
      passage: fill(random.pick(phrases.passage), figure),
      claim: fill(claims[nth] ?? '{cite}', figure),
      clause: fill(random.pick(phrases.clause), figure),
      figure,
    };
  });
  const stated = random.sample(subject.statements, random.integer(1, 2)).map((statement) => {
    const said = drawNumbers(statement, random);
    return { passage: `${said}.`, claim: `${said} {cite}`, clause: lowerFirst(said), figure: null };
  });
  const taken = new Set<string>();
  return [...measured, ...stated].map((finding, nth) => {
    const { index, files } = shelves[nth % shelves.length] as Shelf; // There is at least one.
    const file = random.pick(files);
    const pages = pageCount(index, file);
    let page = random.integer(1, pages);
    while (taken.has(`${page} ${file}`)) page = (page % pages) + 1;
    taken.add(`${page} ${file}`);
    return { ...finding, index, file, page, passage: `${finding.passage} ${random.pick(phrases.surrounding)}` };
  });
}

/** A document keeps its number of pages in every turn and under every seed. */
export function pageCount({ id }: ResearchIndex, file: string): number {
  return createRandom(`pages:${id}/${file}`).integer(12, 64);
}

function drawPeriod({ quarter, year: asked }: Topic, random: Random) {
  const year = asked ?? random.integer(2023, 2025);
  const name = quarter === null && random.chance(0.3) ? 'FY' : `Q${quarter ?? random.integer(1, 4)}`;
  return { now: `${name} ${year}`, earlier: `${name} ${year - 1}` };
}

/** Two different values of a figure, and the direction of the change. */
function drawFigure(figure: string, random: Random) {
  const [, name = '', prefix = '', min = '', max = '', unit = ''] = /^(.+)\|(\D*)(\d+)-(\d+)(.*)$/.exec(figure) ?? [];
  const isCounted = !/%|million|hours|weeks/.test(unit);
  const isRise = random.chance(0.6);
  const low = +min + random.next() * (+max - +min) * 0.75;
  const high = Math.max(Math.min(low * (1.06 + random.next() * 0.25), +max), low * 1.06, isCounted ? low + 3 : 0);
  const [before, after] = (isRise ? [low, high] : [high, low]).map((value) => {
    return `${prefix}${isCounted ? `${Math.round(value)}`.replace(/(?=\d{3}$)\B/, ',') : value.toFixed(1)}${unit}`;
  });
  const moved = random.pick(isRise ? ['rose', 'increased', 'grew'] : ['fell', 'dropped', 'declined']);
  return { name: lowerFirst(name), before: before ?? '', after: after ?? '', moved };
}
