import { z } from 'zod';
import { Event } from '../api/events.ts';

/** Text in which `{{module.method}}` stands for seeded fake data (faker). */
const text = z.string();
const milliseconds = z.number().min(0).max(3_600_000);

const image = z.strictObject({ source_id: z.string(), attachment_name: z.string() });

const ThinkStep = z.strictObject({ think: text, deltas: z.array(z.string()).optional() });
const TextStep = z.strictObject({ text, deltas: z.array(z.string()).optional() });
export const ToolStep = z.strictObject({
  tool: z.string(),
  arguments: z.record(z.string(), z.json()).optional(),
  takes_ms: milliseconds.optional(),
  result: z.json().optional(),
  image: image.optional(),
});
const TogetherStep = z.strictObject({ together: z.array(ToolStep).min(1) });
const WaitStep = z.strictObject({ wait_ms: milliseconds });
/** Judged as one of the API's events, but kept as written: the models would drop extra keys and add defaults. */
const EventStep = z.strictObject({
  event: z.record(z.string(), z.json()).check((context) => {
    const { error } = Event.safeParse(context.value, { reportInput: true });
    for (const issue of error?.issues ?? []) context.issues.push(issue as z.core.$ZodRawIssue); // The same, its message made.
  }),
});
const StopStep = z.strictObject({
  stop: z.strictObject({
    usage: z
      .strictObject({
        total_input_tokens: z.int().nullable(),
        total_output_tokens: z.int().nullable(),
        turns: z.int(),
        duration_ms: z.number(),
      })
      .partial()
      .optional(),
    skipped_index_ids: z.array(z.string()).optional(),
  }),
});
const FailStep = z.strictObject({ fail: text });

/** Every kind of step by its verb: the one table that parsing, messages and compiling go by. */
export const steps = {
  think: ThinkStep,
  text: TextStep,
  tool: ToolStep,
  together: TogetherStep,
  wait_ms: WaitStep,
  event: EventStep,
  stop: StopStep,
  fail: FailStep,
} as const;

export const Step = z.union(Object.values(steps) as [(typeof steps)['think'], ...(typeof steps)[keyof typeof steps][]]);
export type Step = z.infer<(typeof steps)[keyof typeof steps]>;
export type ToolStep = z.infer<typeof ToolStep>;

/** How fast a turn comes. `jitter` 0.25 means gaps of 75–125 % of the even one, chosen by the seed. */
export const Pace = z.strictObject({
  first_ms: milliseconds.default(350),
  tokens_per_second: z.number().positive().max(100_000).default(60),
  jitter: z.number().min(0).max(1).default(0.25),
});
export type Pace = z.infer<typeof Pace>;

const TurnMatch = z.union([z.int().min(1), z.strictObject({ from: z.int().min(1) })]);
const TextMatch = z.union([
  z.string(),
  z.strictObject({ equals: z.string() }),
  z.strictObject({ regex: z.string(), flags: z.string().optional() }),
]);

/** All that is given must hold; the scenario then answers by itself. */
export const When = z.strictObject({
  prompt: TextMatch.optional(),
  turn: TurnMatch.optional(),
  index_ids: z.array(z.string()).optional(),
  session_id: z.string().optional(),
});
export type When = z.infer<typeof When>;

export const Scenario = z.strictObject({
  scenario: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be of lower-case letters, digits and hyphens, like slow-tool'),
  description: z.string().optional(),
  when: When.optional(),
  pace: Pace.optional(),
  steps: z.array(Step).min(1),
});
export type Scenario = z.infer<typeof Scenario>;
