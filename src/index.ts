export type { Choices } from './api/choices.ts';
export type { Edition } from './api/editions.ts';
export {
  type ConnectOptions,
  connect,
  type RemoteAnswer,
  type RemoteControls,
  type RemoteRequest,
  type RemoteStream,
  type RemoteVerification,
} from './embed/connect.ts';
export { builtInScenarios } from './node/built-in.ts';
export type { TlsOptions, TrustedCertificate } from './node/certificate.ts';
export { createChatMock } from './node/checked-mock.ts';
export type { CloseOptions } from './node/closing.ts';
export { type ChatMockConfig, defineConfig } from './node/define-config.ts';
export { loadScenarios } from './node/files.ts';
export type { Listening, ListenOptions } from './node/listen.ts';
export type { ChatMock, ChatMockOptions, MockRecording, UnusedPart } from './node/mock.ts';
export type { NodeHandler } from './node/node-handler.ts';
export { ChatMockError, FileProblemsError, type Problem } from './runtime/errors.ts';
export type { LimitName, Limits } from './runtime/limits.ts';
export { defineScenario } from './scenario/define-scenario.ts';
export { parseScenarios } from './scenario/parse-scenarios.ts';
export type { InlineScenario, Scenario } from './scenario/schema.ts';
export type { ClockControls, ClockSettings } from './server/controls/clock.ts';
export type { JournalControls, VerifyJournalOptions } from './server/controls/journal.ts';
export type { NextOptions, WorldControls } from './server/controls.ts';
export type { WaitOptions } from './server/wait-until.ts';
export type { Activity, RequestActivity, StreamActivity } from './world/activity.ts';
export type { QueuedAnswer } from './world/answer-queue.ts';
export type { ChaosRule, CountedRule } from './world/chaos.ts';
export type { TimeWindow, Verification } from './world/journal.ts';
export type { Mismatch, RequestMatch } from './world/request-match.ts';
export type { RequestRecord, RequestRecordJson } from './world/request-record.ts';
export type { StreamMatch } from './world/stream-match.ts';
export type { StreamRecord, StreamRecordJson } from './world/stream-record.ts';
