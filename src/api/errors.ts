import { z } from 'zod';
import { field, model } from './describe.ts';
import { changes } from './editions.ts';
import { during } from './lifetimes.ts';

const missingPrompt = {
  loc: ['body', 'prompt'],
  msg: 'Field required',
  type: 'missing',
  input: { index_ids: ['idx-abc123'] },
};

/** One item of a 422 answer, as FastAPI writes it. */
export const ValidationError = model(
  'ValidationError',
  z.object({
    loc: field(z.array(z.union([z.string(), z.int()])), 'Where: query, path, cookie or body, then keys and positions.'),
    msg: field(z.string(), 'What is wrong.'),
    type: field(z.string(), 'The kind of error.'),
    input: during(changes.validation_details, field(z.unknown().optional(), 'The value that was refused.')),
    ctx: during(
      changes.validation_details,
      field(z.record(z.string(), z.unknown()).optional(), 'The limits it broke.'),
    ),
  }),
  'One thing that is wrong with a request.',
  missingPrompt,
);

/** The body of a 422 answer. */
export const HTTPValidationError = model(
  'HTTPValidationError',
  z.object({ detail: field(z.array(ValidationError).optional(), 'One item for each thing that is wrong.') }),
  'Everything that is wrong with a request.',
  { detail: [missingPrompt] },
);

/** The body of every other error: `{"detail": "<text>"}`. */
export const HTTPError = model(
  'HTTPError',
  z.object({ detail: field(z.string(), 'What went wrong.') }),
  'Any error but a validation error.',
  { detail: 'Session not found' },
);
