/** What a proxy may hold at once. */
export interface ProxyLimits {
  /** Exchanges under way; more are refused with 503. */
  readonly exchanges: number;
  /** Bytes of one request; a longer one is refused with 413. */
  readonly requestBytes: number;
  /** Bytes of one answer that are recorded; the rest is passed on and not recorded. */
  readonly recordedBytes: number;
  /** Bytes of all answers under way that are recorded together. */
  readonly heldBytes: number;
  /** Bytes of the recording that wait to be written; beyond them nothing more is read from the upstream. */
  readonly waitingBytes: number;
}

/** Far above what a chat sends. */
export const defaultProxyLimits: ProxyLimits = {
  exchanges: 1000,
  requestBytes: 16 * 1024 * 1024,
  recordedBytes: 64 * 1024 * 1024,
  heldBytes: 256 * 1024 * 1024,
  waitingBytes: 64 * 1024 * 1024,
};
