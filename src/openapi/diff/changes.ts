import type { Json } from '../json.ts';
import { type ChangeKindName, changeKinds, type Direction, type Severity } from './kinds.ts';
import { toPointer } from './located.ts';
import { describePlace } from './place.ts';
import type { Finding, Group } from './walk.ts';

/** One change. It is reported once, however many operations it affects. */
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
  /** The requests and responses that it affects: `GET /api/v1/chat 200`. */
  readonly uses: readonly string[];
}

const severities = ['breaking', 'non-breaking', 'docs-only'] as const satisfies readonly Severity[];

/** Returns each finding once, with all requests and responses that it affects. */
export function collectChanges(all: readonly Group[]): Change[] {
  const found = new Map<string, { readonly finding: Finding; readonly meeting: Set<Group> }>();
  for (const group of all.filter(({ findings }) => findings.length > 0)) {
    const meeting = withUsers(group);
    for (const finding of group.findings) {
      const { place, ...facts } = finding;
      const key = JSON.stringify([facts, toPointer(place)]);
      const entry = found.get(key) ?? { finding, meeting: new Set() };
      found.set(key, entry);
      for (const one of meeting) entry.meeting.add(one);
    }
  }
  const uses = all.filter(({ use }) => use);
  const changes = [...found.values()].map(({ finding, meeting }): Change => {
    const { kind, direction, place, what, before, after } = finding;
    const { severity, reason } = changeKinds[kind][direction ?? 'request']; // Without a direction both are one.
    return {
      ...{ kind, severity, direction, place: describePlace(place), pointer: toPointer(place) },
      ...(what !== undefined && { what }),
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      ...{ reason, uses: uses.filter((one) => meeting.has(one)).map(({ use }) => use ?? '') },
    };
  });
  return severities.flatMap((severity) => changes.filter((change) => change.severity === severity));
}

/** Returns a group and all that contain it. */
export function withUsers(group: Group): Set<Group> {
  const all = new Set([group]);
  // A loop over a set also visits what is added meanwhile.
  for (const one of all) for (const user of one.users) all.add(user);
  return all;
}
