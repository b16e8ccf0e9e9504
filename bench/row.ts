import type { Mode } from './harness/modes.ts';

/** One line of the results: what each contestant reached, round by round. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  /** Rounds by contestant; `mock` is the one that is judged. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
  readonly wanted?: Wanted;
}

/** What the mock is to reach; `than` compares it with another contestant, without it the figure itself is meant. */
export interface Wanted {
  readonly than?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One thing that users do, and how it is measured. */
export interface Row {
  readonly name: string;
  readonly what: string;
  /** Measured with `--peers` only: it downloads what it compares. */
  readonly needsPeers?: true;
  measure(bench: Bench): Promise<readonly Figure[]>;
}

/** What a measurement needs of the run it is part of. */
export interface Bench {
  readonly mode: Mode;
  /** A folder for files of this run; deleted at its end. */
  readonly folder: string;
}
