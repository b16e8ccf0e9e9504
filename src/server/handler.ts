import type { z } from 'zod';
import type { OperationId, operations } from '../api/operations.ts';
import type { Answer } from './answer.ts';
import type { Exchange } from './exchange.ts';

type Table = typeof operations;
type Body<Id extends OperationId> = Table[Id] extends {
  readonly body: { readonly schema: infer Schema extends z.ZodType };
}
  ? z.output<Schema> | (Table[Id] extends { readonly body: { readonly required: true } } ? never : null)
  : null;
/** Statuses the table documents for an operation: a handler that answers another does not compile. */
type Status<Id extends OperationId> = Table[Id]['success']['status'] | Table[Id]['errors'][number];
type PathName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathName<Rest>
  : never;

/** An exchange as its handler sees it: authorized, validated, in its world. */
export interface Call<Id extends OperationId>
  extends Pick<
    Exchange,
    'engine' | 'world' | 'request' | 'input' | 'crowded' | 'project' | 'intervention' | 'chosen' | 'stream' | 'spend'
  > {
  readonly path: Readonly<Record<PathName<Table[Id]['path']>, string>>;
  readonly query: {
    readonly [Name in keyof z.output<Table[Id]['query']>]-?: Exclude<z.output<Table[Id]['query']>[Name], undefined>;
  };
  readonly body: Body<Id>;
}

/** Answers one operation; a status that the table does not document does not compile. */
export type Handler<Id extends OperationId> = (call: Call<Id>) => Answer<Status<Id>> | Promise<Answer<Status<Id>>>;

/** One handler for each operation; a missing one does not compile. */
export type Handlers = { readonly [Id in OperationId]: Handler<Id> };
