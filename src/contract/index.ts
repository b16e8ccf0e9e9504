export type { Timer } from '../runtime/timer.ts';
export { checks } from './checks/index.ts';
export { describeFlows } from './flow/describe-flows.ts';
export { type Flow, FlowFile, type Profile, profiles } from './flow/flow.ts';
export { parseFlows } from './flow/parse-flows.ts';
export { builtInFlows } from './generated/flows.ts';
export { toChoices } from './observations/index.ts';
export type { Ending, Exchange, ExchangeRequest, ExchangeResponse } from './record/exchange.ts';
export type { RecordingSource } from './record/read-recording.ts';
export type { Limits } from './run/budget.ts';
export { checksOf } from './run/flow-results.ts';
export type { VerifyOptions } from './run/options.ts';
export { checkOptions } from './run/plan-run.ts';
export type { RecordingSink } from './run/recorder.ts';
export { type ReplayOptions, replay } from './run/replay.ts';
export { verify } from './run/runner.ts';
export {
  type Check,
  type CheckContext,
  defineCheck,
  type Evidence,
  type Finding,
  type Level,
} from './verdict/check.ts';
export { type Comparison, compareRuns, type Drift, type RunTrace, traceRun } from './verdict/compare.ts';
export type { FlowRecord, Verdict } from './verdict/judge.ts';
export { compareLearned, type DriftReport, type Learned, type LearnedDrift, toLearned } from './verdict/learned.ts';
export type {
  CaseReport,
  CheckReport,
  ExchangeReport,
  Observation,
  Report,
  ReportedFinding,
  RunEvent,
  RunVerdict,
  StreamReport,
} from './verdict/report.ts';
export { selectChecks } from './verdict/select-checks.ts';
export type { StreamVerdict } from './verdict/stream-verdict.ts';
export { parseWaivers, type Waiver } from './verdict/waivers.ts';
