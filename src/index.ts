export type { Choices } from './api/choices.ts';
export type { Edition } from './api/editions.ts';
export type { Listening, ListenOptions } from './node/listen.ts';
export { type ChatMock, type ChatMockOptions, createChatMock } from './node/mock.ts';
export { ChatMockError, FileProblemsError, type Problem } from './runtime/errors.ts';
export { defineScenario } from './scenario/define-scenario.ts';
export type { Scenario } from './scenario/schema.ts';
export type { Activity, RequestActivity, StreamActivity } from './world/activity.ts';
