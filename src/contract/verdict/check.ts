import type { Edition, Lifetime } from '../../api/editions.ts';
import type { Exchange } from '../record/exchange.ts';
import { preview } from '../record/preview.ts';

const SHOWN_CHARS = 200;

/** A finding of a `must` check violates the contract; findings of `should` and `may` are reported and fail nothing. */
export type Level = 'must' | 'should' | 'may';
/** How the fact is known. What is only assumed is never a failure: it is an observation of a choice. */
export type Evidence = 'documented' | 'measured' | 'assumed';

/** Something that is not as required, with the exact place. */
export interface Finding {
  /** The exchange's number in its flow. */
  readonly exchange: number;
  /** `frame 17, byte 2041, $.call_id` */
  readonly at: string;
  readonly expected: string;
  readonly actual: string;
  /** The frame to show the stream around, where it is one. */
  readonly frame?: number;
  /** It puts the whole stream in doubt and not this frame alone, such as an order that is wrong. */
  readonly spoilsAll?: true;
  /** Requests before it that were refused and may have done it all the same: a reproduction sends them, too. */
  readonly after?: readonly number[];
}

/** Why there was nothing to judge, where the contract leaves the server free to show nothing. */
export interface Unseen {
  readonly unseen: string;
}

/** Why what was recorded does not decide it: more would have to be seen. */
export interface Unclear {
  readonly unclear: string;
}

/** What a check may know besides the exchanges. */
export interface CheckContext {
  readonly edition: Edition;
  /** The frames of a stream in which a prerequisite has findings: what they hold cannot be relied on. */
  readonly spoiltFrames: (exchange: Exchange) => ReadonlySet<number>;
  /** All that the flow recorded, including exchanges in which other checks have findings. */
  readonly recorded: readonly Exchange[];
  /** Whether a create was answered with an id that an earlier one of the run, in any flow, was answered with. */
  readonly isRepeatedId: (exchange: Exchange) => boolean;
  /** Why the flow ended before its last step, as a part of a sentence; null if it did not. */
  readonly endedEarly: string | null;
  /** How long a plain request takes on this server, in ms: what "at once" means here. */
  readonly plainMs: number;
}

/** A requirement and the pure function that judges recorded exchanges by it. It never sends, ranks or prints. */
export interface Check extends Lifetime {
  /** `area.fact` */
  readonly id: string;
  /** One sentence with MUST or SHOULD; it stands in every report. */
  readonly requirement: string;
  readonly level: Level;
  readonly evidence: Evidence;
  /** Where the fact is written. */
  readonly source: string;
  /** Why a client cares, in one line. */
  readonly rationale: string;
  /** Checks that must have passed on an exchange before it means anything to ask this one. */
  readonly requires?: readonly string[];
  /**
   * It leaves out `spoiltFrames` and judges the rest of the stream. Otherwise one faulty frame blocks it for the whole
   * exchange.
   */
  readonly isByFrame?: boolean;
  /** Checks of the same cause: where one of them fails anywhere in the run, this one's failure is its consequence. */
  readonly explainedBy?: readonly string[];
  /** It judges by the clock: what it finds once and not again is the load of a machine, not the server. */
  readonly isTimed?: boolean;
  /** Roles that must all have been recorded. */
  readonly requiredRoles?: readonly string[];
  appliesTo(exchange: Exchange): boolean;
  run(exchanges: readonly Exchange[], context: CheckContext): readonly Finding[] | Unseen | Unclear;
}

/**
 * Returns its argument, typed as a check.
 *
 * @example
 * const titled = defineCheck({
 *   id: 'acme.titled',
 *   requirement: 'A session MUST have a title after its first turn.',
 *   level: 'must',
 *   evidence: 'assumed',
 *   source: 'https://acme.example/rules',
 *   rationale: 'Users cannot tell untitled sessions apart.',
 *   appliesTo: ({ operation }) => operation === 'getSession',
 *   run: () => [],
 * });
 * for await (const event of verify({ url, checks: [titled], only: ['acme.titled'] })) console.log(event.type);
 */
export function defineCheck<const C extends Check>(check: C): C & Check {
  return check;
}

/** A value as a finding shows it: JSON, cut at 200 characters. */
export function show(value: unknown): string {
  return value === undefined ? 'nothing' : preview(value, SHOWN_CHARS);
}
