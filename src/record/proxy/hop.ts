/** Headers of one connection, which a proxy makes itself on both sides (RFC 9110, section 7.6.1). */
const HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te', 'expect'],
]);

/** Returns whether a header, by its lower-case name, is about one connection and not about the message. */
export function isHop(name: string): boolean {
  return HOP.has(name);
}
