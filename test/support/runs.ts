/**
 * How many random inputs a property is tried on. The inner loop tries a tenth, with other inputs each time unless a
 * seed is given; the slow suite, which runs every file that imports this, tries all.
 */
export function runs(all: number): number {
  return process.env['TEST_ALL_RUNS'] ? all : Math.ceil(all / 10);
}
