export { connect } from '../embed/connect.ts';
export { builtInScenarios } from '../node/built-in.ts';
export type { ChatMock, ChatMockOptions } from '../node/create-mock.ts';
export { ChatMockError, FileProblemsError, type Problem } from '../runtime/errors.ts';
export { defineScenario } from '../scenario/define-scenario.ts';
export type { InlineScenario, Scenario } from '../scenario/schema.ts';
export { createChatMock } from './chat-mock.ts';
