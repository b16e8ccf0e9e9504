import type { Random } from '../../runtime/random.ts';
import { drawNumbers } from './fill.ts';
import { type Subject, subjects } from './subjects.ts';

/** An index as the generated agent sees it. */
export interface ResearchIndex {
  readonly id: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly reachable: boolean;
}

/** Generates a name and 3 to 6 files for an index without a fixture. */
export function inventIndex(id: string, random: Random): ResearchIndex & { readonly reachable: true } {
  const source = random.fork('index', id);
  const [subject, ...others] = source.sample<Subject>(subjects, 3);
  const own = source.sample(subject?.files ?? [], source.integer(2, 4));
  const foreign = others.map(({ files }) => source.pick(files)).slice(0, source.integer(1, 2));
  const files = [...own, ...foreign].map((file) => drawNumbers(file, source));
  return { id, name: source.pick(subject?.indexNames ?? [id]), files, reachable: true };
}
