import type { Choices } from '../../api/choices.ts';
import type { Edition } from '../../api/editions.ts';
import type { Profile } from '../flow/flow.ts';
import type { Check, Finding } from './check.ts';
import type { Coverage } from './coverage.ts';
import type { Stop, Verdict } from './judge.ts';
import type { StreamVerdict } from './stream-verdict.ts';

/** Counts up when a field of the report changes its meaning or goes away. */
export const REPORT_VERSION = 3;

/** A check as it stands in a report. */
type CheckFacts = Pick<Check, 'id' | 'requirement' | 'level' | 'evidence' | 'source' | 'rationale'>;

/** A finding with what a person needs to act on it. */
export interface ReportedFinding extends Finding {
  /** Lines for a shell that make it happen again, from the create to the delete; the key is a variable. */
  readonly reproduce: readonly string[];
  /** The stream around the place: two events before, one after; empty where there is no stream. */
  readonly timeline: readonly TimelineEvent[];
}

/** One frame of the stream around a finding. */
export interface TimelineEvent {
  readonly frame: number;
  readonly byte: number;
  readonly at_ms: number;
  readonly text: string;
  readonly is_place: boolean;
}

/** What came of a check in one flow. */
export interface CaseReport {
  readonly flow: string;
  readonly verdict: Verdict;
  readonly why: string | null;
  /** How long the flow took. */
  readonly duration_ms: number;
  readonly findings: readonly ReportedFinding[];
}

/** A check with its verdict over all flows. */
export interface CheckReport extends CheckFacts {
  /** The worst of its cases; `waived`: it fails, and a waiver says that this is known. */
  readonly verdict: Verdict | 'waived';
  readonly why: string | null;
  /** The id of the failed check that it cannot be judged without; null where it is not blocked. */
  readonly blocked_by: string | null;
  readonly cases: readonly CaseReport[];
  /** The command that repeats it. */
  readonly repeat: string;
}

/** What a server does where the contract leaves it free. */
export interface Observation {
  readonly about: string;
  readonly value: unknown;
  /** The setting of the mock that says the same; null where it has none. */
  readonly choice: keyof Choices | null;
  readonly flow: string;
}

/** A stream as it came. */
export interface StreamReport {
  readonly flow: string;
  readonly exchange: number;
  readonly verdict: StreamVerdict;
  readonly ending: string;
  readonly duration_ms: number;
  readonly event_count: number;
  /** The first thousand. */
  readonly events: readonly {
    readonly frame: number;
    readonly at_ms: number;
    readonly type: string;
    readonly bytes: number;
  }[];
}

/** The outcome of a whole run; each has its own exit code. */
export type RunVerdict = 'conforms' | 'violates' | 'inconclusive' | 'left_behind' | 'bug' | 'interrupted';

/** Everything a run found; the JSON report is this object. */
export interface Report {
  readonly schema_version: typeof REPORT_VERSION;
  readonly target: string;
  readonly edition: Edition;
  /** The reasons for this edition: `--edition`, or what the server showed. */
  readonly edition_evidence: readonly string[];
  readonly profile: Profile;
  readonly seed: number | string;
  readonly verdict: RunVerdict;
  readonly exit_code: number;
  /** When the run began: an ISO date in UTC. */
  readonly started_at: string;
  readonly duration_ms: number;
  readonly requests: number;
  readonly turns: number;
  readonly counts: Readonly<Record<CheckReport['verdict'], number>>;
  readonly checks: readonly CheckReport[];
  readonly observations: readonly Observation[];
  readonly coverage: Coverage;
  readonly streams: readonly StreamReport[];
  /** Sessions of failed flows that `--keep` left on the server. */
  readonly kept: readonly { readonly flow: string; readonly session_id: string; readonly delete: string }[];
  /** Sessions that could not be deleted. */
  readonly left: readonly string[];
  /** Problems of the waivers themselves. */
  readonly waivers: readonly string[];
  readonly notes: readonly string[];
}

/** An exchange as it stands in a report: without secrets, with bodies as text. */
export interface ExchangeReport {
  readonly flow: string;
  readonly number: number;
  /** Milliseconds since the run began. */
  readonly started_ms: number;
  readonly operation: string | null;
  readonly method: string;
  readonly url: string;
  readonly request_headers: readonly (readonly [string, string])[];
  readonly request_body: string | null;
  readonly status: number | null;
  /** Absent for HTTP/1.1, and over a `fetch`, which does not tell. */
  readonly http_version?: '2';
  readonly response_headers: readonly (readonly [string, string])[];
  /** The first 64 KiB of it; where it is longer, it says so at its end. */
  readonly response_body: string;
  readonly response_body_bytes: number;
  /** Whether the body or the list of chunks is longer than what is here. */
  readonly is_cut: boolean;
  readonly chunks: readonly { readonly at_ms: number; readonly bytes: number }[];
  readonly ending: string;
  readonly headers_ms: number | null;
  readonly end_ms: number;
  readonly retries: number;
}

/** An event that a run emits. The first is `started`, the last `finished`. */
export type RunEvent =
  | {
      readonly type: 'started';
      readonly target: string;
      readonly edition: Edition;
      readonly edition_evidence: readonly string[];
      readonly profile: Profile;
      readonly seed: number | string;
      readonly started_at: string;
      /** After so long the run stops by itself; 0 for recorded traffic, which has no limit. */
      readonly max_run_ms: number;
      readonly flows: readonly { readonly flow: string; readonly checks: readonly string[] }[];
    }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'exchange'; readonly exchange: ExchangeReport }
  | { readonly type: 'case'; readonly check: string; readonly result: CaseReport }
  | { readonly type: 'flow'; readonly flow: string; readonly stop: Stop | null; readonly exchanges: number }
  | { readonly type: 'finished'; readonly report: Report };
