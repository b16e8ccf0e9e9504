/** An amount that goes up and down, with a maximum that its owner looks at. */
export class Tally {
  readonly max: number;
  #used = 0;

  constructor(max: number) {
    this.max = max;
  }

  get used(): number {
    return this.#used;
  }

  get isFull(): boolean {
    return this.#used >= this.max;
  }

  add(amount: number): void {
    this.#used += amount;
  }
}
