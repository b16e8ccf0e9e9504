import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** Browsers accept at most 398 days. */
const DAYS = 397;
const DAY_MS = 86_400_000;
/** The clock of another machine may be late. */
const EARLIER_MS = 3_600_000;

/** Tags of DER (X.690). */
const tag = {
  bitString: 3,
  octetString: 4,
  objectId: 6,
  utf8: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
  ipAddress: 0x87,
} as const;

/** Object identifiers, encoded. */
const ids = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
  subjectAltName: '551d11',
  subjectKeyId: '551d0e',
} as const;

/** A certificate and its key, as PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** Makes a self-signed certificate (X.509 v3, P-256) for host names and IP addresses. */
export function createSelfSigned(hosts: readonly string[], nowMs: number): CertificatePair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = sequence(objectId(ids.ecdsaWithSha256));
  const name = sequence(
    encode(tag.set, sequence(objectId(ids.commonName), encode(tag.utf8, Buffer.from('chat-mock self-signed')))),
  );
  const body = sequence(
    encode(tag.version, Buffer.from([2, 1, 2])), // Version 3.
    encode(2, serialNumber()),
    algorithm,
    name,
    sequence(time(nowMs - EARLIER_MS), time(nowMs + DAYS * DAY_MS)),
    name,
    publicKeyInfo,
    encode(tag.extensions, extensions(hosts, publicKeyInfo)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]);
  const certificate = sequence(body, algorithm, encode(tag.bitString, signature));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}/g, '$&\n').trim()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extensions(hosts: readonly string[], publicKeyInfo: Uint8Array): Buffer {
  const names = hosts.map((host) =>
    isIP(host) === 0 ? encode(tag.dnsName, Buffer.from(host)) : encode(tag.ipAddress, addressBytes(host)),
  );
  const digitalSignature = Buffer.from([tag.bitString, 2, 7, 0x80]);
  return sequence(
    extension(ids.basicConstraints, sequence(), { isCritical: true }),
    extension(ids.keyUsage, digitalSignature, { isCritical: true }),
    extension(ids.extendedKeyUsage, sequence(objectId(ids.serverAuth))),
    extension(ids.subjectAltName, sequence(...names)),
    extension(ids.subjectKeyId, encode(tag.octetString, createHash('sha1').update(publicKeyInfo).digest())),
  );
}

function extension(id: string, value: Uint8Array, { isCritical = false } = {}): Buffer {
  const critical = isCritical ? [Buffer.from([1, 1, 255])] : [];
  return sequence(objectId(id), ...critical, encode(tag.octetString, value));
}

/** Positive, and never with a leading zero byte. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

/** UTCTime, which ends in 2049. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return encode(tag.utcTime, Buffer.from(digits.slice(2)));
}

/** The bytes of an IP address. */
function addressBytes(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from(host.split('.').map(Number));
  // The URL parser writes an address in one way only.
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const words = (text: string) => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));
  const [before, after] = [words(head), words(tail ?? '')];
  const zeros = Array<number>(8 - before.length - after.length).fill(0);
  return Buffer.from([...before, ...zeros, ...after].flatMap((word) => [word >> 8, word & 255]));
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return encode(tag.sequence, ...parts);
}

function objectId(hex: string): Buffer {
  return encode(tag.objectId, Buffer.from(hex, 'hex'));
}

function encode(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const lengthBytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([type, ...lengthBytes]), body]);
}
