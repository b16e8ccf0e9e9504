import { existsIn } from '../../api/editions.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { createRandom } from '../../runtime/random.ts';
import { type Flow, profiles, type Step } from '../flow/flow.ts';
import type { Values } from '../flow/values.ts';
import type { Check } from '../verdict/check.ts';
import { checksOf } from './flow-results.ts';
import type { Settings } from './options.ts';
import type { Stage } from './perform-call.ts';

/** The flows of the profile and edition that run any of the chosen checks; throws `usage` where there is none. */
export function chooseFlows(
  settings: Settings,
  { chosen, edition }: { readonly chosen: readonly Check[]; readonly edition: Stage['edition'] },
): Flow[] {
  const allowed = profiles.slice(0, profiles.indexOf(settings.profile) + 1);
  const fitting = settings.flows.filter(
    (flow) =>
      allowed.includes(flow.profile) &&
      existsIn(flow, edition) &&
      checksOf(flow, chosen).length > 0 &&
      (settings.stateful > 0 || !has('sequences', flow.steps)),
  );
  const flows = fitting.filter(({ covered_by: by }) => by === undefined || !fitting.some(({ flow }) => flow === by));
  if (settings.fuzz > 0 && flows.length > 0 && !flows.some(({ steps }) => has('fuzz', steps)))
    throw new ChatMockError(
      'usage',
      'Failed to fuzz: no flow that runs any of the chosen checks sends random bodies. Choose validation.* too, or leave out --fuzz.',
    );
  if (settings.stateful > 0 && !flows.some(({ steps }) => has('sequences', steps)))
    throw new ChatMockError(
      'usage',
      `Failed to send random sequences: no flow of profile ${settings.profile} that runs any of the chosen checks sends them. Choose profile safe or full, and states.* too, or leave out --stateful.`,
    );
  const { number, of } = settings.shard;
  const shard = flows.filter((_, index) => index % of === number - 1);
  if (shard.length > 0) return shard;
  if (flows.length > 0)
    throw new ChatMockError(
      'usage',
      `Failed to verify: part ${number} of ${of} is empty, since there are only ${flows.length} flows. Make at most ${flows.length} parts.`,
    );
  throw new ChatMockError(
    'usage',
    `Failed to verify: no flow of profile ${settings.profile} in edition ${edition} runs any of the chosen checks. Choose another --profile, or other checks.`,
  );
}

function has(kind: 'fuzz' | 'sequences', steps: readonly Step[]): boolean {
  return steps.some((step) => {
    if ('repeat' in step) return has(kind, step.repeat);
    if ('together' in step) return step.together.some((branch) => has(kind, branch));
    if ('each' in step) return has(kind, step.do);
    return kind in step;
  });
}

/** Sessions that a flow which walks the list creates itself. */
const OWN_SESSIONS = 5;

/** Four pages show all that a walk can; of thousands of sessions, up to forty. */
const toPageSize = (present: number) =>
  Math.max(2, Math.min(Math.ceil((present + OWN_SESSIONS) / 4), 100), Math.ceil(present / 40));

/** What a flow starts with: ids, marks and texts that depend on the seed and on the flow's name alone. */
export function newValues(
  flow: Flow,
  { seed, index }: Settings,
  { unknownId, present }: { readonly unknownId: string; readonly present: number },
): Values {
  const random = createRandom(seed).fork('flow', flow.flow);
  const hex = (length: number) => Array.from({ length }, () => random.integer(0, 15).toString(16)).join('');
  return new Map<string, unknown>([
    ['index', index],
    ['index_2', `${index}-2`],
    ['unknown_id', unknownId],
    ['uuid', `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`],
    ['nonce', random.fork('nonce').text(8)],
    ['nonce_2', random.fork('nonce_2').text(8)],
    ['page_size', toPageSize(present)],
  ]);
}
