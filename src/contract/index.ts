export type { Limits } from './budget.ts';
export { type Check, type CheckContext, defineCheck, type Evidence, type Finding, type Level } from './check.ts';
export { checks } from './checks/index.ts';
export { type Comparison, compareRuns, type Drift, type RunTrace, traceRun } from './compare.ts';
export { describeFlows } from './describe-flows.ts';
export type { Ending, Exchange, Request, Response } from './exchange.ts';
export { type Flow, FlowFile, type Profile, profiles } from './flow.ts';
export { builtInFlows } from './generated/flows.ts';
export type { FlowRecord, Verdict } from './judge.ts';
export { toChoices } from './observations/index.ts';
export type { VerifyOptions } from './options.ts';
export { parseFlows } from './parse-flows.ts';
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
} from './report.ts';
export { verify } from './runner.ts';
export { selectChecks } from './select-checks.ts';
export type { StreamVerdict } from './stream-verdict.ts';
export { parseWaivers, type Waiver } from './waivers.ts';
