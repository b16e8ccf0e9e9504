import { createRandom, type Random } from '../../runtime/random.ts';
import { drawNumbers, fill, lowerFirst } from './fill.ts';
import { frames } from './frames.ts';
import type { ResearchIndex } from './index-names.ts';
import type { Subject } from './subjects.ts';
import type { Topic } from './topic.ts';

/** A passage of a document and what the answer makes of it; both quote the same numbers. */
export interface Finding {
  readonly index: ResearchIndex;
  readonly file: string;
  readonly page: number;
  readonly passage: string;
  readonly claimFrame: string;
  readonly clause: string;
  /** For frames: name, group, before, after, moved, trend, cause, now, then. Null where nothing is measured. */
  readonly figure: Readonly<Record<string, string>> | null;
}

export interface Shelf {
  readonly index: ResearchIndex;
  readonly files: readonly string[];
}

export type Shelves = readonly [Shelf, ...Shelf[]];

/** Three to five findings, on the shelves by turns, figures first. */
export function inventFindings(
  subject: Subject,
  { topic, shelves, random }: { readonly topic: Topic; readonly shelves: Shelves; readonly random: Random },
): Finding[] {
  const year = topic.year ?? random.integer(2023, 2025);
  const quarter = topic.quarter ?? `${random.integer(1, 4)}`;
  const isYearly = topic.quarter === null && random.chance(0.3);
  const now = isYearly ? `FY ${year}` : `Q${quarter} ${year}`;
  const then = now.replace(`${year}`, `${year - 1}`);
  const figures = random.sample(subject.figures, random.integer(2, 3)).map((figure) => drawFigure(figure, random));
  const groups = random.sample(subject.groups, figures.length);
  const causes = random.sample(subject.causes, figures.length);
  const claimFrames = random.sample(frames.claim, figures.length);
  const taken = new Set<string>();
  const place = (position: number) => {
    const { index, files } = shelves[position % shelves.length] ?? shelves[0];
    const file = random.pick(files);
    const { pages } = documentOf(index, file);
    let page = random.integer(1, pages);
    while (taken.has(`${file}#${page}`)) page = (page % pages) + 1;
    taken.add(`${file}#${page}`);
    return { index, file, page };
  };
  const measured = figures.map((drawn, position): Finding => {
    const figure = { ...drawn, group: groups[position] ?? '', cause: causes[position] ?? '', now, then };
    const claimFrame = fill(claimFrames[position] ?? frames.claim[0], { ...figure, cite: '{cite}' });
    const passage = `${fill(random.pick(frames.passage), figure)} ${random.pick(frames.surrounding)}`;
    return { ...place(position), passage, claimFrame, clause: fill(random.pick(frames.clause), figure), figure };
  });
  const stated = random.sample(subject.statements, random.integer(1, 2)).map((statement, position): Finding => {
    const said = drawNumbers(statement, random);
    const passage = `${said}. ${random.pick(frames.surrounding)}`;
    const at = place(figures.length + position);
    return { ...at, passage, claimFrame: `${said} {cite}`, clause: lowerFirst(said), figure: null };
  });
  return [...measured, ...stated];
}

/** What a document keeps from turn to turn, under every seed. */
export function documentOf(index: ResearchIndex, file: string): { readonly pages: number; readonly sourceId: string } {
  const random = createRandom(`document:${index.id}/${file}`);
  return { pages: random.integer(12, 64), sourceId: `src-${random.text(10)}` };
}

/** Two different values of a figure such as `Net revenue|$18-96 million`, and which way it went. */
function drawFigure(figure: string, random: Random) {
  const [name = '', range = ''] = figure.split('|');
  const [, prefix = '', min = '0', max = '0', unit = ''] = /^(\D*)(\d+)-(\d+)(.*)$/.exec(range) ?? [];
  const isCounted = !/%|million|hours|weeks/.test(unit);
  const isRise = random.chance(0.6);
  const low = +min + random.next() * (+max - +min) * 0.7;
  const high = Math.max(Math.min(low * (1.06 + random.next() * 0.25), +max), low * 1.06, isCounted ? low + 1 : 0);
  const show = (value: number) => `${prefix}${isCounted ? thousands(Math.round(value)) : value.toFixed(1)}${unit}`;
  return {
    name: lowerFirst(name),
    before: show(isRise ? low : high),
    after: show(isRise ? high : low),
    moved: random.pick(isRise ? ['rose', 'increased', 'grew'] : ['fell', 'dropped', 'declined']),
    trend: isRise ? 'up' : 'down',
  };
}

function thousands(value: number): string {
  return `${value}`.replace(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
}
