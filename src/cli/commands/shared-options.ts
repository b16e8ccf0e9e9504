import { defaultEdition, editions } from '../../api/editions.ts';
import type { Single } from '../option.ts';
import { oneOf, path } from '../value-types.ts';

/** The option that every command has. */
export const config = {
  kind: 'single',
  type: path('FILE'),
  default: undefined,
  summary: 'Configuration file; by default chat-mock.config.* in the working directory.',
} as const satisfies Single;

/** The API edition to use. */
export const edition = {
  kind: 'single',
  type: oneOf(editions),
  default: defaultEdition,
  summary: 'API edition to emulate.',
} as const satisfies Single;
