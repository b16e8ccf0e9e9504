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
  const waiting: ((checks: MockChecks) => void)[] = [];
  const ready = () => {
    loading ??= load().then((checks) => {
      loaded = checks;
      for (const judge of waiting.splice(0)) {
        try {
          judge(checks);
        } catch (error) {
          onError(error);
        }
      }
    });
    return loading;
  };
  const judge = (call: (checks: MockChecks) => void) => {
    if (loaded) return call(loaded);
    waiting.push(call);
    // A call that fails to load them is reported once, by the first; nothing waits for them then.
    if (!loading) ready().catch(onError);
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
