import type { MockChecks } from '../node/program-checks.ts';

/** Judges once it is loaded, and then everything that came before. */
export interface LateChecks {
  readonly checks: MockChecks;
  /** Settles when it is loaded; what it is asked from then on is judged at once. */
  ready(): Promise<void>;
}

/**
 * Checks that are loaded with the first thing to judge. A call cannot wait for them, so what is wrong with one that came
 * before goes to `onError`.
 */
export function createLateChecks({
  load,
  onError,
}: {
  readonly load: () => Promise<MockChecks>;
  readonly onError: (error: unknown) => void;
}): LateChecks {
  let loaded: MockChecks | null = null;
  let loading: Promise<void> | null = null;
  let hasFailed = false;
  const waiting: ((checks: MockChecks) => void)[] = [];
  const begin = async () => {
    try {
      loaded = await load();
    } catch (error) {
      hasFailed = true;
      waiting.length = 0; // Nothing will judge them.
      throw error;
    }
    for (const judge of waiting.splice(0)) {
      try {
        judge(loaded);
      } catch (error) {
        onError(error);
      }
    }
  };
  const ready = () => {
    loading ??= begin();
    return loading;
  };
  const judge = (call: (checks: MockChecks) => void) => {
    if (loaded) return call(loaded);
    if (hasFailed) return;
    waiting.push(call);
    if (!loading) ready().catch(onError); // Told once, by the first.
  };
  return {
    ready,
    checks: {
      options: (what, given) => {
        if (Object.keys(given ?? {}).length > 0) judge((checks) => checks.options(what, given));
      },
      scenarios: (scenarios) => {
        if (scenarios.length > 0) judge((checks) => checks.scenarios(scenarios));
      },
      argument: (name, value) => judge((checks) => checks.argument(name, value)),
      patience: (options) => judge((checks) => checks.patience(options)),
      where: (given) => judge((checks) => checks.where(given)),
      worldName: (given) => judge((checks) => checks.worldName(given)),
    },
  };
}
