import { withMembers } from '../runtime/with-members.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { ClockControls } from '../server/controls/clock.ts';
import type { JournalControls } from '../server/controls/journal.ts';
import type { WorldControls } from '../server/controls.ts';
import { findOwn } from './built-in.ts';
import { buildMockOn, type ChatMock, type ChatMockOptions, type MockRecording } from './create-mock.ts';
import type { Platform } from './platform.ts';
import type { MockChecks } from './program-checks.ts';

/** What a guarded mock is put together with. */
interface Parts {
  readonly platform: Platform;
  readonly checks: MockChecks;
  /** Loads the recording that good options name. */
  readonly replay: (options: ChatMockOptions) => Replayed;
}

/** What a recording makes of the options. */
export interface Replayed {
  /** What a program gives itself wins by name and id. */
  readonly options: ChatMockOptions;
  readonly recording: MockRecording;
}

/** A mock that judges its options, and all that it is given later. */
export function createGuardedMock(options: ChatMockOptions, { platform, checks, replay }: Parts): ChatMock {
  checks.options('create a mock', options);
  checks.scenarios(findOwn(options.scenarios ?? []));
  const { options: replaying, recording } = replay(options);
  const mock = buildMockOn(platform, replaying);
  return withMembers(checkControls(mock, checks), {
    recording,
    listen: async (where: Parameters<ChatMock['listen']>[0] = {}) => {
      checks.where(where);
      return mock.listen(where);
    },
    world: (id: string) => {
      checks.worldName(id);
      return checkControls(mock.world(id), checks);
    },
    replaceFixtures: (fixtures: Parameters<ChatMock['replaceFixtures']>[0]) => {
      checks.options('replace fixtures', fixtures);
      mock.replaceFixtures(fixtures);
    },
    replaceScenarios: (scenarios: readonly Scenario[]) => {
      checks.scenarios(findOwn(scenarios));
      mock.replaceScenarios(scenarios);
    },
  });
}

/** Controls that judge what they are given before they do anything. */
function checkControls<Controls extends WorldControls>(controls: Controls, checks: MockChecks) {
  return withMembers(controls, {
    next: (scenario, options = {}) => {
      checks.argument('next', { scenario, ...options });
      return controls.next(scenario, options);
    },
    waitForStream: async (match, options = {}) => {
      checks.argument('waitForStream', { match });
      checks.patience(options);
      return controls.waitForStream(match, options);
    },
    held: async (name, options = {}) => {
      checks.argument('waitForStream', { match: { hold: name } });
      checks.patience({ ...options, count: 1 });
      return controls.held(name, options);
    },
    setChaos: (rules) => {
      checks.argument('chaos', { rules });
      controls.setChaos(rules);
    },
    get journal() {
      return checkJournal(controls.journal, checks);
    },
    get clock() {
      return checkClock(controls.clock, checks);
    },
  } satisfies Partial<WorldControls>);
}

function checkJournal(journal: JournalControls, checks: MockChecks) {
  return withMembers(journal, {
    find: (match) => {
      checks.argument('verify', { match });
      return journal.find(match);
    },
    verify: (match, options = {}) => {
      checks.argument('verify', { match, ...options });
      return journal.verify(match, options);
    },
    verifySequence: (matches) => {
      checks.argument('verify', { sequence: matches });
      return journal.verifySequence(matches);
    },
    wait: async (match, options = {}) => {
      checks.argument('verify', { match });
      checks.patience(options);
      return journal.wait(match, options);
    },
  } satisfies Partial<JournalControls>);
}

function checkClock(clock: ClockControls, checks: MockChecks) {
  return withMembers(clock, {
    set: (settings) => {
      checks.argument('clock', settings);
      clock.set(settings);
    },
    advance: (ms) => {
      checks.argument('advance', { ms });
      return clock.advance(ms);
    },
  } satisfies Partial<ClockControls>);
}
