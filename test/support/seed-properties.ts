/** A set-up of tests: with `TEST_SEED`, properties try the same random inputs in each run; without, new ones. */
const seed = process.env['TEST_SEED'];
if (seed !== undefined) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ seed: Number(seed) });
}
