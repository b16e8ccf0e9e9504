import type { Json } from '../json.ts';
import { type ChangeKindName, changeKinds, type Direction, type Severity } from './kinds.ts';
import { child, type Pair, type Side, toPointer } from './located.ts';
import { describePlace } from './place.ts';
import type { Finding, Group } from './walk.ts';

/** One change, told once however many operations meet it. */
export interface Change {
  readonly kind: ChangeKindName;
  readonly severity: Severity;
  /** Null: of neither, such as a whole operation. */
  readonly direction: Direction | null;
  /** Where, for readers: `ChatSessionSummary.shared_access`. */
  readonly place: string;
  /** Where, for programs: in the second document, or in the first if it is gone. */
  readonly pointer: string;
  /** The keyword or the texts that changed, where the kind leaves that open. */
  readonly what?: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly reason: string;
  /** The requests and answers that meet it: `GET /api/v1/chat 200`. */
  readonly uses: readonly string[];
}

/** A request or an answer, by its name, and what was found in it; '' is what no operation meets. */
export interface Use {
  readonly name: string;
  readonly group: Group;
}

const severities = ['breaking', 'non-breaking', 'docs-only'] as const satisfies readonly Severity[];

/** Each finding once, with all that meets it. */
export function collectChanges(uses: readonly Use[], sides: Pair<Side>): Change[] {
  const found = new Map<string, { readonly finding: Finding; readonly names: Set<string> }>();
  for (const { name, group } of uses) {
    for (const finding of reachable(group)) {
      const { place, ...facts } = finding;
      const key = JSON.stringify([facts, toPointer(place)]);
      const entry = found.get(key) ?? { finding, names: new Set() };
      found.set(key, entry);
      if (name !== '') entry.names.add(name);
    }
  }
  const changes = [...found.values()].map(({ finding, names }): Change => {
    const { kind, direction, place, what, before, after } = finding;
    const { severity, reason } = changeKinds[kind][direction ?? 'request']; // Without a direction both are one.
    return {
      ...{ kind, severity, direction, place: describePlace(place.names, finder(sides)), pointer: toPointer(place) },
      ...(what !== undefined && { what }),
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      ...{ reason, uses: [...names] },
    };
  });
  return severities.flatMap((severity) => changes.filter((change) => change.severity === severity));
}

function reachable(group: Group): Finding[] {
  const seen = new Set([group]);
  // A set takes in what is added while it is gone through.
  for (const one of seen) for (const part of one.parts) seen.add(part);
  return [...seen].flatMap(({ findings }) => findings);
}

/** A change has its place in the second document, or in the first if it is gone. */
function finder({ before, after }: Pair<Side>): (names: readonly string[]) => Json | undefined {
  const look = ({ document }: Side, names: readonly string[]) => child({ names: [], value: document }, ...names).value;
  return (names) => look(after, names) ?? look(before, names);
}
