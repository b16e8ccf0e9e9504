import { stringify } from 'yaml';
import { defaultChoices } from '../../api/choices.ts';
import { createObserving, toChoices } from '../../contract/observations/index.ts';
import type { Exchange } from '../../contract/record/exchange.ts';
import { fromRecorded, type RecordedExchange } from '../../contract/record/recording.ts';
import { understand } from '../../contract/run/understand.ts';
import type { Problem } from '../../runtime/errors.ts';
import { parseChoices } from '../../scenario/parse-choices.ts';
import { parseSessionFixture } from '../../scenario/parse-fixtures.ts';
import { parseScenario } from '../../scenario/parse-scenario.ts';
import type { When } from '../../scenario/schema.ts';
import { type MadeScenario, toScenario } from './to-scenario.ts';
import { type MadeSession, toSessions } from './to-sessions.ts';
import type { Usual } from './to-turn.ts';

/** A file of a mock that was made from a recording; its path is relative to the directory. */
export interface MadeFile {
  readonly path: string;
  readonly text: string;
}

/** What a recording becomes. */
export interface MadeMock {
  readonly files: readonly MadeFile[];
  readonly scenarios: number;
  readonly sessions: number;
  /** What could not be told, or not be written, a sentence each. */
  readonly notes: readonly string[];
}

/** The first line of every file that is made: only such a file is replaced by a later recording. */
export const MADE_MARK = '# Made by chat-mock from a recording.';
/** Of a prompt, so much is in the name of its scenario. */
const SLUG_CHARS = 32;
/** Choices that each scenario decides by itself, since its bytes are known. */
const BY_SCENARIO = new Set(['sse_retry_ms', 'sse_ping_ms', 'sse_ping_text']);

/** Makes the files of a mock that answers as the recorded service did. Pure: writes nothing. */
export async function buildMockFiles(recorded: readonly RecordedExchange[]): Promise<MadeMock> {
  const inOrder = recorded.toSorted((a, b) => a.start_ms - b.start_ms || a.id - b.id);
  const exchanges: Exchange[] = [];
  for (const [index, one] of inOrder.entries())
    exchanges.push(await understand(fromRecorded(one), { number: index + 1, flow: 'recording' }));
  const choices = observeChoices(exchanges);
  // The body of a stream that was saved by itself names no session.
  const sessions = toSessions(exchanges.filter((_, index) => inOrder[index]?.flow === null));
  const usual: Usual = {
    echoesPrompt: choices['echo_user_input'] === true,
    newline: (choices['sse_newline'] ?? defaultChoices.sse_newline) as Usual['newline'], // As `toChoices` allows it.
    ids: choices['sse_ids'] === true,
  };
  const notes: string[] = [];
  const turns = listTurns(inOrder, { exchanges, sessions, notes });
  const scenarios = turns.map(({ exchange, name, when }) => toScenario({ exchange, name, when, usual }));
  const files = [
    ...scenarios.map(scenarioFile),
    ...sessions.map(sessionFile),
    {
      path: 'choices.yaml',
      text: `${MADE_MARK}\n# What the traffic shows where the contract leaves a service free.\n${write(choices)}`,
    },
  ];
  const good = files.filter((file) => {
    const [problem] = problemsOf(file);
    if (problem)
      notes.push(`${file.path} was left out, since it would be no good file: line ${problem.line} ${problem.message}.`);
    return problem === undefined;
  });
  const count = (directory: string) => good.filter(({ path }) => path.startsWith(`${directory}/`)).length;
  return { files: good, scenarios: count('scenarios'), sessions: count('sessions'), notes };
}

function observeChoices(exchanges: readonly Exchange[]): Record<string, unknown> {
  const observing = createObserving();
  const flow = { flow: 'recording', summary: '', profile: 'read-only', alone: true, checks: [], steps: [] } as const;
  observing.look({ flow: { ...flow, checks: [], steps: [] }, exchanges, stop: null });
  const seen = Object.entries(toChoices(observing.seen()));
  return Object.fromEntries(seen.filter(([name]) => !BY_SCENARIO.has(name)));
}

interface ListedTurn {
  readonly exchange: RecordedExchange;
  readonly name: string;
  readonly when: When | null;
}

interface Known {
  readonly exchanges: readonly Exchange[];
  readonly sessions: readonly MadeSession[];
  readonly notes: string[];
}

/** The recorded turns, each with the condition that only it fits. */
function listTurns(recorded: readonly RecordedExchange[], { exchanges, sessions, notes }: Known): ListedTurn[] {
  const counts = new Map(sessions.map(({ fixture }) => [fixture.session_id, fixture.turns?.length ?? 0]));
  const taken = new Map<string, string>();
  return exchanges.flatMap((exchange, index): ListedTurn[] => {
    const one = recorded[index];
    const { operation, sessionId, sent, response } = exchange;
    if (!one) return [];
    // The body of a stream that was saved by itself.
    if (one.flow !== null && one.request.body === null && one.response?.has_no_times)
      return [{ exchange: one, name: toSlug(one.flow) || `stream-${one.id}`, when: null }];
    if (one.ending === 'we_left' && one.response?.has_no_times) return [];
    if (operation !== 'streamMessages' || sessionId === null) return [];
    const prompt = promptOf(sent);
    if (prompt === null) {
      notes.push(`Exchange ${one.id} is not a scenario: its request has no prompt.`);
      return [];
    }
    // A session that is not there is missed by the mock, too.
    if (!counts.has(sessionId) && response !== null && response.status !== 200) return [];
    const turn = (counts.get(sessionId) ?? 0) + 1;
    if (response?.status === 200) counts.set(sessionId, turn);
    const when: When = { prompt: { equals: prompt }, turn };
    const answer = JSON.stringify([one.response?.status, one.response?.body, one.ending]);
    for (const condition of [when, { ...when, session_id: sessionId }]) {
      const key = JSON.stringify(condition);
      if (taken.get(key) === answer) return [];
      if (taken.has(key)) continue;
      taken.set(key, answer);
      const number = String(taken.size).padStart(3, '0');
      return [{ exchange: one, name: `${number}-${toSlug(prompt) || 'turn'}`, when: condition }];
    }
    notes.push(
      `Exchange ${one.id} is not a scenario: the same turn of its session was answered before, and in another way.`,
    );
    return [];
  });
}

function promptOf(sent: unknown): string | null {
  const prompt = typeof sent === 'object' && sent !== null && 'prompt' in sent ? sent.prompt : undefined;
  return typeof prompt === 'string' ? prompt : null;
}

function toSlug(text: string): string {
  const slug = text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_CHARS);
  return slug.replaceAll(/^-+|-+$/g, '');
}

function scenarioFile({ scenario, comments }: MadeScenario): MadeFile {
  const lines = [MADE_MARK, ...comments.map((comment) => `# ${oneLine(comment)}`)];
  return { path: `scenarios/${scenario.scenario}.yaml`, text: `${lines.join('\n')}\n${write(scenario)}` };
}

function sessionFile({ fixture, lastUpdatedAt }: MadeSession, index: number): MadeFile {
  const name = `${String(index + 1).padStart(3, '0')}-${toSlug(fixture.session_id) || 'session'}`;
  const date =
    lastUpdatedAt === null
      ? []
      : [`# The service said ${oneLine(lastUpdatedAt)}; time in the mock's data starts later.`];
  return { path: `sessions/${name}.yaml`, text: `${[MADE_MARK, ...date].join('\n')}\n${write(fixture)}` };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function write(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, compat: 'yaml-1.1' });
}

function problemsOf({ path, text }: MadeFile): readonly Problem[] {
  const parse = path.startsWith('scenarios/')
    ? parseScenario
    : path.startsWith('sessions/')
      ? parseSessionFixture
      : parseChoices;
  const result = parse({ file: path, text });
  return 'problems' in result ? result.problems : [];
}
