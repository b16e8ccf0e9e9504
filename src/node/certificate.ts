import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { ChatMockError, messageOf } from '../runtime/errors.ts';
import { wallMicros } from '../runtime/timestamp.ts';
import { type CertificatePair, createSelfSigned } from './self-signed.ts';

/** How often it looks whether the files were replaced; a look is two `stat`s. */
const LOOK_MS = 1000;

/** Where a server's certificate comes from: made at start, or the paths of two PEM files. */
export type TlsOptions = 'self-signed' | { readonly certFile: string; readonly keyFile: string };

/** What a client needs to trust a server. */
export interface TrustedCertificate {
  /** SHA-256 of the certificate, as browsers show it. */
  readonly fingerprint256: string;
  /** SHA-256 of its public key in base64, for `--ignore-certificate-errors-spki-list` of Chromium. */
  readonly publicKeySha256: string;
  /** The PEM file to trust; null if it could not be written. */
  readonly certFile: string | null;
  readonly isSelfSigned: boolean;
}

/** A certificate in use. */
export interface UsedCertificate {
  readonly pair: CertificatePair;
  readonly trust: TrustedCertificate;
  /** Calls back with each good pair that replaces the files; returns how to stop. Reports a bad one, and keeps the last. */
  watch(replaced: (pair: CertificatePair) => void): () => void;
}

/** Loads or makes a certificate. Throws ChatMockError `bad_certificate` if a file is missing or the two do not fit. */
export function useCertificate(
  tls: TlsOptions,
  { host, onError }: { readonly host: string; readonly onError: (error: unknown) => void },
): UsedCertificate {
  if (tls === 'self-signed') return makeCertificate(host);
  const files = [tls.certFile, tls.keyFile];
  const state = stateOf(files); // Before they are read: what comes later is a change.
  const pair = loadPair(tls);
  return {
    pair,
    trust: { ...describe(pair), certFile: tls.certFile, isSelfSigned: false },
    watch: (replaced) =>
      watchFiles({ files, state }, () => {
        try {
          replaced(loadPair(tls));
        } catch (error) {
          onError(error); // Half replaced, perhaps: the other file's change comes next.
        }
      }),
  };
}

function makeCertificate(host: string): UsedCertificate {
  const own = host === '0.0.0.0' || host === '::' ? hostname() : host;
  const pair = createSelfSigned([...new Set(['localhost', '127.0.0.1', '::1', own])], wallMicros() / 1000);
  const certFile = writeToTrust(pair.cert);
  return {
    pair,
    trust: { ...describe(pair), certFile, isSelfSigned: true },
    watch: () => () => {
      if (certFile !== null) rmSync(dirname(certFile), { recursive: true, force: true });
    },
  };
}

/** Clients read the certificates that they trust from files. */
function writeToTrust(cert: string): string | null {
  try {
    const file = join(mkdtempSync(join(tmpdir(), 'chat-mock-tls-')), 'cert.pem');
    writeFileSync(file, cert);
    return file;
  } catch {
    return null; // A file system that is read-only: the caller says that there is no file.
  }
}

function loadPair({ certFile, keyFile }: Exclude<TlsOptions, string>): CertificatePair {
  const pair = { cert: read(certFile, 'certificate'), key: read(keyFile, 'key') };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new ChatMockError(
      'bad_certificate',
      `Failed to use the certificate ${certFile} with the key ${keyFile}: ${messageOf(error)}. Give two PEM files that belong together.`,
      { cause: error },
    );
  }
  return pair;
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ChatMockError(
      'bad_certificate',
      `Failed to read the ${what} ${file}: ${messageOf(error)}. Name a PEM file that this user may read.`,
      { cause: error },
    );
  }
}

function describe({ cert, key }: CertificatePair): Pick<TrustedCertificate, 'fingerprint256' | 'publicKeySha256'> {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    fingerprint256: new X509Certificate(cert).fingerprint256,
    publicKeySha256: createHash('sha256').update(publicKey).digest('base64'),
  };
}

/** Calls back when files are no longer in a state. `fs.watchFile` misses what comes before its own first look. */
function watchFiles(
  { files, state }: { readonly files: readonly string[]; readonly state: string },
  changed: () => void,
): () => void {
  let last = state;
  const timer = setInterval(() => {
    const now = stateOf(files);
    if (now === last) return;
    last = now;
    changed();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** What changes when one of these files does. It follows the links that Kubernetes replaces a mounted secret by. */
function stateOf(files: readonly string[]): string {
  return files
    .map((file) => {
      try {
        const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
        return [ino, size, mtimeNs, ctimeNs].join(' ');
      } catch {
        return 'none'; // Whoever reads it says why.
      }
    })
    .join();
}
