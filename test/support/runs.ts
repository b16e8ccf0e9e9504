const isAll = Boolean(process.env['TEST_ALL_RUNS']);

/**
 * How many random inputs a property is tried on. The inner loop tries a fiftieth; the slow suite, which runs every file
 * that imports this, tries all.
 */
export function runs(all: number): number {
  return isAll ? all : Math.ceil(all / 50);
}

/** Every tenth case of many that take their time, or every so many; the slow suite takes all. */
export function thinned<Case>(cases: readonly Case[], step = 10): readonly Case[] {
  return isAll ? cases : cases.filter((_, index) => index % step === 0);
}
