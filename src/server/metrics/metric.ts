/** One line of an exposition: a value with its labels. */
export interface Sample {
  /** What follows the name of the metric, as `_total` or `_bucket`. */
  readonly suffix: '' | '_total' | '_bucket' | '_sum' | '_count';
  readonly labels: Labels;
  readonly value: number;
}

/** Names and values of labels. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** A metric with all its samples. The name has no `_total`. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: () => readonly Sample[];
}

/** Counts by the values of some labels; callers keep the number of values small. */
export class CounterBy {
  readonly #labels: readonly string[];
  readonly #values = new Map<string, { readonly labels: Labels; value: number }>();

  constructor(...labels: readonly string[]) {
    this.#labels = labels;
  }

  add(amount: number, ...values: readonly string[]): void {
    const key = values.length === 1 ? (values[0] ?? '') : values.join('\n');
    const known = this.#values.get(key);
    if (known) known.value += amount;
    else this.#values.set(key, { labels: this.#labels.map((name, at) => [name, values[at] ?? '']), value: amount });
  }

  get samples(): readonly Sample[] {
    return [...this.#values.values()].map(({ labels, value }) => ({ suffix: '_total', labels, value }));
  }
}

/** Counts observations by size. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** One more than there are bounds: the last is for what is above all of them. */
  readonly #counts: number[];
  #sum = 0;

  /** `bounds` rise. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let at = 0;
    while (at < this.#bounds.length && value > (this.#bounds[at] ?? 0)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  get samples(): readonly Sample[] {
    let count = 0;
    const buckets = this.#counts.map((more, at): Sample => {
      count += more;
      return { suffix: '_bucket', labels: [['le', formatValue(this.#bounds[at] ?? Infinity)]], value: count };
    });
    return [
      ...buckets,
      { suffix: '_sum', labels: [], value: this.#sum },
      { suffix: '_count', labels: [], value: count },
    ];
  }
}

/** A number as both formats write it. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
