import { defaultEdition, editions } from '../../api/editions.ts';
import type { Option, Single } from '../option.ts';
import { oneOf, path } from '../value-types.ts';

/** The option that every command has. */
export const config = {
  kind: 'single',
  type: path('FILE'),
  default: undefined,
  summary: 'Configuration file; by default chat-mock.config.* in the working directory.',
} as const satisfies Single;

/** Scenarios beside the built-in ones. */
export const scenarios = {
  kind: 'single',
  type: path('DIR'),
  default: undefined,
  summary: 'Directory of scenario files, added to the built-in scenarios; yours win by name.',
} as const satisfies Single;

/** Leaves out everything that is built in. */
export const noBuiltIn = {
  kind: 'switch',
  summary: 'Leave out the built-in scenarios, sessions and indexes.',
} as const satisfies Option;

/** The API edition to use. */
export const edition = {
  kind: 'single',
  type: oneOf(editions),
  default: defaultEdition,
  summary: 'API edition to emulate.',
} as const satisfies Single;
