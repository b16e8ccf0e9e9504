/** How long a run takes, and so how much its figures are worth. */
export interface Mode {
  readonly name: 'smoke' | 'quick' | 'full';
  readonly rounds: number;
  /** How long one contestant is loaded in a round. */
  readonly seconds: number;
  /** The same before anything is measured: servers run long, so the warm code counts. */
  readonly warmSeconds: number;
  /** The part of all streams, readers and attacks that is tried. */
  readonly share: number;
  /** Events of a paced stream, one every 100 ms. */
  readonly pacedEvents: number;
  readonly pacedRounds: number;
  /** How many streams at once are tried, until one count is too many, and events of each. */
  readonly capacities: readonly number[];
  readonly capacityEvents: number;
  /** Repetitions of what is counted: aborts, starts, turns. */
  readonly starts: number;
  readonly aborts: number;
  readonly growth: number;
}

export const modes = {
  // Whether every row still runs; the figures mean nothing.
  smoke: {
    name: 'smoke',
    rounds: 1,
    seconds: 0.05,
    warmSeconds: 0.05,
    share: 1 / 20,
    pacedEvents: 2,
    pacedRounds: 1,
    capacities: [100],
    capacityEvents: 2,
    starts: 1,
    aborts: 5,
    growth: 20,
  },
  quick: {
    name: 'quick',
    rounds: 2,
    seconds: 0.5,
    warmSeconds: 0.7,
    share: 1,
    pacedEvents: 10,
    pacedRounds: 1,
    capacities: [1000, 4000],
    capacityEvents: 10,
    starts: 3,
    aborts: 40,
    growth: 300,
  },
  full: {
    name: 'full',
    rounds: 5,
    seconds: 0.8,
    warmSeconds: 3,
    share: 1,
    pacedEvents: 40,
    pacedRounds: 2,
    capacities: [2000, 5000, 8000, 10_000],
    capacityEvents: 20,
    starts: 9,
    aborts: 200,
    growth: 10_000,
  },
} as const satisfies Record<string, Mode>;
