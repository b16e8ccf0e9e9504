import type { Choices } from '../../api/choices.ts';
import type { Random } from '../../runtime/random.ts';
import type { IndexCatalogue, SearchableIndex } from '../indexes.ts';
import type { Scenario } from '../schema.ts';
import { inventTurn } from './invent-turn.ts';

/** The steps of a turn, scripted or generated, with their pace, wire settings and end. */
export type Script = Pick<Scenario, 'pace' | 'wire' | 'ends'> & {
  readonly steps: NonNullable<Scenario['steps']>;
  /** Whether the steps may answer again, so that their compiled form is kept. */
  readonly isKept?: boolean;
};

/** The agent searches no more of the indexes a request names, so that thousands cost what ten do. */
const MAX_SEARCHED = 100;
/** A longer id is cut wherever the agent mentions it, which every result does: one of 1 MB would fill 30 MB. */
const MAX_ID_LENGTH = 200;

/** Generates the agent's turn for a prompt. */
export function inventScript(
  {
    prompt,
    turn,
    indexIds,
    random,
  }: { readonly prompt: string; readonly turn: number; readonly indexIds: readonly string[]; readonly random: Random },
  { choices, indexes }: { readonly choices: Choices; readonly indexes: IndexCatalogue },
): Script {
  const [search = 'retrieve', find = 'find_files', grep = 'grep_file', read = 'read_file'] = choices.tool_names;
  return inventTurn({
    prompt,
    turn,
    indexes: indexIds.slice(0, MAX_SEARCHED).map((id) => shortenId(indexes.resolve(id))),
    random: random.fork('agent'),
    style: { thinking: choices.thinking, tools: choices.tools, toolNames: [search, find, grep, read] },
  });
}

function shortenId(index: SearchableIndex): SearchableIndex {
  return index.id.length > MAX_ID_LENGTH ? { ...index, id: `${index.id.slice(0, MAX_ID_LENGTH - 1)}…` } : index;
}

/** A turn that fails because a required index cannot be queried. */
export function failForIndexes(ids: readonly string[]): Script {
  return { steps: [{ fail: `Could not query ${ids.length === 1 ? 'index' : 'indexes'} ${ids.join(', ')}.` }] };
}
