import { defaultEdition, type Edition } from '../../api/editions.ts';
import { createRandom } from '../../runtime/random.ts';
import type { Flow } from '../flow/flow.ts';
import type { Values } from '../flow/values.ts';
import { sweepLeftovers } from '../ledger/sweep.ts';
import { chooseFlows, newValues } from './choose-flows.ts';
import { detectEdition } from './detect-edition.ts';
import { checksOf } from './flow-results.ts';
import type { Run } from './open-run.ts';
import { outsideFlows, type Stage } from './perform-call.ts';
import { preflight } from './preflight.ts';
import { requireChatApi } from './recognize-chat-api.ts';

/** What the first requests of a run have settled. */
export interface Prepared {
  readonly edition: Edition;
  /** How the edition is known, a sentence each. */
  readonly evidence: readonly string[];
  /** For requests of this edition. */
  readonly stage: Stage;
  readonly flows: readonly Flow[];
  readonly newValues: (flow: Flow) => Values;
}

/**
 * Asks whether the server is there and which edition it speaks, deletes what killed runs have left, and chooses the
 * flows. Throws ChatMockError where the run cannot begin.
 */
export async function prepare(run: Run): Promise<Prepared> {
  const { settings, chosen, checks, place, ledger, progress } = run;
  const { target, profile, seed, maxRunMs } = settings;
  const opening = outsideFlows(run.stage);
  const unknownId = `ses-${createRandom(seed).fork('unknown').text(20)}`;
  if (profile !== 'read-only') await ledger.prepare();
  const { present, isList } = await preflight(opening, settings);
  if (!isList && !run.stage.signal.aborted) await requireChatApi(opening, { target, unknownId });
  ledger.noteBefore(present.map(({ id }) => id));
  const detected =
    settings.edition === 'auto'
      ? await detectEdition(opening, unknownId)
      : { edition: settings.edition, evidence: ['It was asked for.'] };
  const { evidence } = detected;
  const edition = detected.edition ?? defaultEdition;
  const stage: Stage = { ...run.stage, edition };
  for (const text of await sweepLeftovers(place, { stage, present })) await progress.note(text);
  const flows = chooseFlows(settings, { chosen, edition });
  await run.recorder.start({
    ...{ target, started_at: run.startedAt },
    run: {
      ...{
        edition,
        edition_evidence: [...evidence],
        profile,
        seed,
        fuzz: settings.fuzz,
        stateful: settings.stateful,
        max_run_ms: maxRunMs,
      },
      ...{ only: [...settings.only], skip: [...settings.skip], flows: flows.map(({ flow }) => flow) },
    },
  });
  await progress.emit({
    ...{
      type: 'started',
      target,
      edition,
      edition_evidence: evidence,
      profile,
      seed,
      max_run_ms: maxRunMs,
      started_at: run.startedAt,
    },
    flows: flows.map((flow) => ({ flow: flow.flow, checks: checksOf(flow, checks).map(({ id }) => id) })),
  });
  if (detected.edition === null)
    await progress.note(`The edition could not be told, so ${edition} is assumed: ${evidence.join(' ')}`);
  return {
    ...{ edition, evidence, stage, flows },
    newValues: (flow) => newValues(flow, settings, { unknownId, present: present.length }),
  };
}
