import type { Activity } from '../world/activity.ts';
import { addBuiltIn } from './built-in.ts';
import type { Replayed } from './guarded-mock.ts';
import type { ChatMockOptions, UnusedPart } from './mock.ts';
import { readRecordingFolder } from './recording-folder.ts';

/** Loads the recording that the options name, and notes what requests ask of it. */
export function replayRecording({ recording: directory, ...options }: ChatMockOptions): Replayed {
  if (directory === undefined) return { options, recording: { unused: [] } };
  const { scenarios, sessions, choices } = readRecordingFolder(directory);
  const unused = new Map<string, UnusedPart>();
  for (const { scenario: name } of scenarios) unused.set(`scenario ${name}`, { kind: 'scenario', name });
  for (const { session_id: name } of sessions) unused.set(`session ${name}`, { kind: 'session', name });
  const { onActivity, scenarios: ownScenarios = [], sessions: ownSessions = [] } = options;
  const ownNames = new Set(ownScenarios.map(({ scenario }) => scenario));
  const ownIds = new Set(ownSessions.map(({ session_id }) => session_id));
  return {
    options: {
      ...options,
      ...addBuiltIn({
        scenarios: [...scenarios.filter(({ scenario }) => !ownNames.has(scenario)), ...ownScenarios],
        sessions: [...sessions.filter(({ session_id }) => !ownIds.has(session_id)), ...ownSessions],
      }),
      choices: { ...choices, ...options.choices },
      onActivity: (activity) => {
        note(activity, unused);
        onActivity?.(activity);
      },
    },
    recording: {
      get unused() {
        return [...unused.values()];
      },
    },
  };
}

function note(activity: Activity, unused: Map<string, UnusedPart>): void {
  if (activity.kind !== 'request') return;
  if (activity.scenario !== null) unused.delete(`scenario ${activity.scenario}`);
  if (activity.sessionId !== null) unused.delete(`session ${activity.sessionId}`);
  // A list shows the sessions; which of them were read, nobody can tell.
  if (activity.operation === 'listSessions' && activity.status === 200)
    for (const [key, { kind }] of unused) if (kind === 'session') unused.delete(key);
}
