import { createRandom } from '../../runtime/random.ts';
import { detectEdition } from './detect-edition.ts';
import type { Run } from './open-run.ts';
import { outsideFlows } from './perform-call.ts';
import type { Prepared } from './prepare.ts';

/**
 * Adds a note where checks failed and the server shows another edition than it was judged by: then that is the reason
 * for most of them. Asks only then, with requests that create nothing.
 */
export async function hintAtEdition(run: Run, { edition, stage }: Prepared): Promise<void> {
  const { settings, progress } = run;
  const hasFailed = [...progress.cases.values()].flat().some(({ verdict }) => verdict === 'failed');
  if (settings.edition === 'auto' || !hasFailed || stage.signal.aborted) return;
  const unknownId = `ses-${createRandom(settings.seed).fork('unknown').text(20)}`;
  const { edition: shown, evidence } = await detectEdition(outsideFlows(stage), unknownId);
  if (shown === null || shown === edition) return;
  await progress.note(
    `The server was judged by edition ${edition}, and shows ${shown}: ${evidence.join(' ')} Try --edition auto, or --edition ${shown}.`,
  );
}
