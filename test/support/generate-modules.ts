/** The modules that Git ignores are made anew before the tests, so that no test sees yesterday's. */
export async function setup(): Promise<void> {
  await import('../../scripts/generate-modules.ts');
}
