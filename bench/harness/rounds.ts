type Samples = Readonly<Record<string, number[]>>;

/**
 * Measures each contestant once in each round, so that a drift of the machine meets all alike; another one begins each
 * round. Returns the rounds by metric, then by contestant.
 */
export async function inTurn<Contestant, Metric extends string>(
  contestants: Readonly<Record<string, Contestant>>,
  {
    rounds,
    measure,
  }: {
    readonly rounds: number;
    readonly measure: (contestant: Contestant, name: string) => Promise<Readonly<Record<Metric, number>>>;
  },
): Promise<Readonly<Record<Metric, Samples>>> {
  const names = Object.keys(contestants);
  const measured = new Map<string, Readonly<Record<Metric, number>>[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const contestant = contestants[name] as Contestant; // The names are its keys.
      measured.get(name)?.push(await measure(contestant, name));
    }
  }
  const metrics = Object.keys([...measured.values()][0]?.[0] ?? {}) as Metric[];
  const samplesOf = (metric: Metric) =>
    Object.fromEntries([...measured].map(([name, all]) => [name, all.map((one) => one[metric])]));
  return Object.fromEntries(metrics.map((metric) => [metric, samplesOf(metric)])) as Record<Metric, Samples>;
}
