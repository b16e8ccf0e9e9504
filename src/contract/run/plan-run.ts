import { ChatMockError } from '../../runtime/errors.ts';
import type { Check } from '../verdict/check.ts';
import { selectChecks } from '../verdict/select-checks.ts';
import { chooseFlows } from './choose-flows.ts';
import { loadFastCheck } from './fuzz.ts';
import { type Settings, settle, type VerifyOptions } from './options.ts';

/** What a run will do, as far as it is known before the first request. */
export interface RunPlan {
  readonly settings: Settings;
  /** The chosen checks. */
  readonly chosen: readonly Check[];
}

/** Reads the options of a run. Rejects with everything that can be wrong with them, so that nothing is sent in vain. */
export async function planRun(options: VerifyOptions): Promise<RunPlan> {
  const settings = settle(options);
  const chosen = selectChecks(settings.checks, settings);
  if (settings.fuzz > 0 && settings.profile !== 'full')
    throw new ChatMockError(
      'usage',
      `Failed to fuzz: only profile full sends random bodies, and the profile is ${settings.profile}. Add --profile full, or leave out --fuzz.`,
    );
  if (settings.edition !== 'auto') chooseFlows(settings, { chosen, edition: settings.edition });
  if (settings.fuzz > 0) await loadFastCheck();
  return { settings, chosen };
}

/**
 * Rejects with what `verify` would throw for these options before its first request.
 *
 * @example
 * await checkOptions({ url: 'http://127.0.0.1:4010', only: ['stream.*'] });
 */
export async function checkOptions(options: VerifyOptions): Promise<void> {
  await planRun(options);
}
