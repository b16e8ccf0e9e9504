import type { ChatMockOptions } from '../node/create-mock.ts';

/** Options of `register`: those of a mock, with directories in place of parsed files. */
export interface RegisterOptions extends Omit<ChatMockOptions, 'scenarios' | 'sessions' | 'indexes'> {
  /** Default 4010. */
  readonly port?: number;
  /** Directory of scenario files. They are added to the built-in ones. */
  readonly scenarios?: string;
  /** Directory of sessions and indexes. They are added to the built-in ones. */
  readonly fixtures?: string;
}

/**
 * Starts a mock with Next.js, for `instrumentation.ts`, and sets `LLAMA_CLOUD_BASE_URL` and `CHAT_MOCK_URL` unless they
 * are set. Does nothing in production, in the edge runtime, and where a mock listens on the port already.
 *
 * @example
 * ```ts
 * export { register } from 'chat-mock/next';
 * ```
 */
export async function register(options: RegisterOptions = {}): Promise<void> {
  // Next.js puts in both words when it bundles, so the edge runtime never sees the import.
  if (process.env['NEXT_RUNTIME'] === 'edge' || process.env['NODE_ENV'] === 'production') return;
  const { startForNext } = await import('./start-for-next.ts');
  await startForNext(options);
}
