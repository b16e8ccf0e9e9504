/** Headers of a connection (RFC 9113, section 8.2.2): HTTP/2 has no use for them, and Node throws at some. */
export const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);
