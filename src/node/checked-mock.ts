import { withMembers } from '../runtime/with-members.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { ClockControls } from '../server/controls/clock.ts';
import type { JournalControls } from '../server/controls/journal.ts';
import type { WorldControls } from '../server/controls.ts';
import { findOwn } from './built-in.ts';
import { buildMock, type ChatMock, type ChatMockOptions } from './mock.ts';
import { checkOptions, checkWhere, checkWorldName } from './mock-options.ts';
import { checkArgument, checkPatience, checkScenarios, refuse } from './program-checks.ts';

/**
 * A mock of the LlamaCloud Chat API: one deterministic engine, with or without a socket. What a program gives it is
 * judged as a file would be; throws ChatMockError `bad_argument` with all that is wrong.
 *
 * @example
 * const mock = createChatMock({ speed: 'instant' });
 * mock.next('slow-tool');
 * const response = await mock.fetch('http://mock/api/v1/chat', { headers: { authorization: 'Bearer any' } });
 */
export function createChatMock(options: ChatMockOptions = {}): ChatMock {
  refuse('create a mock', checkOptions(options));
  checkScenarios(findOwn(options.scenarios ?? []));
  const mock = buildMock(options);
  return withMembers(checkControls(mock), {
    listen: async (where: Parameters<ChatMock['listen']>[0] = {}) => {
      refuse('listen', checkWhere(where));
      return mock.listen(where);
    },
    world: (id: string) => {
      refuse('find a world', checkWorldName(id));
      return checkControls(mock.world(id));
    },
    replaceFixtures: (fixtures: Parameters<ChatMock['replaceFixtures']>[0]) => {
      refuse('replace fixtures', checkOptions(fixtures));
      mock.replaceFixtures(fixtures);
    },
    replaceScenarios: (scenarios: readonly Scenario[]) => {
      checkScenarios(findOwn(scenarios));
      mock.replaceScenarios(scenarios);
    },
  });
}

/** Controls that judge what they are given before they do anything. */
function checkControls<Controls extends WorldControls>(controls: Controls) {
  return withMembers(controls, {
    next: (scenario, options = {}) => {
      checkArgument('next', { scenario, ...options });
      return controls.next(scenario, options);
    },
    waitForStream: async (match, options = {}) => {
      checkArgument('waitForStream', { match });
      checkPatience(options);
      return controls.waitForStream(match, options);
    },
    held: async (name, options = {}) => {
      checkArgument('waitForStream', { match: { hold: name } });
      checkPatience({ ...options, count: 1 });
      return controls.held(name, options);
    },
    setChaos: (rules) => {
      checkArgument('chaos', { rules });
      controls.setChaos(rules);
    },
    get journal() {
      return checkJournal(controls.journal);
    },
    get clock() {
      return checkClock(controls.clock);
    },
  } satisfies Partial<WorldControls>);
}

function checkJournal(journal: JournalControls) {
  return withMembers(journal, {
    find: (match) => {
      checkArgument('verify', { match });
      return journal.find(match);
    },
    verify: (match) => {
      checkArgument('verify', { match });
      return journal.verify(match);
    },
    wait: async (match, options = {}) => {
      checkArgument('verify', { match });
      checkPatience(options);
      return journal.wait(match, options);
    },
  } satisfies Partial<JournalControls>);
}

function checkClock(clock: ClockControls) {
  return withMembers(clock, {
    set: (settings) => {
      checkArgument('clock', settings);
      clock.set(settings);
    },
    advance: (ms) => {
      checkArgument('advance', { ms });
      return clock.advance(ms);
    },
  } satisfies Partial<ClockControls>);
}
