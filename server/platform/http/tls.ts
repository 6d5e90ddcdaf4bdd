import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { CodedError } from '../../../shared/errors.ts';
import { readTextFile } from '../files.ts';

/** Certificate chain and private key, PEM. */
export interface TlsFiles {
  cert: string;
  key: string;
}

/**
 * Reads both and tries them together, so that what is wrong with them is said at the start and not to the first kiosk.
 * @throws CodedError tls_unusable | file_unusable
 */
export function readTls(certPath: string, keyPath: string): TlsFiles {
  const cert = readTextFile(certPath);
  const key = readTextFile(keyPath);
  const problem = problemOf(cert, key);
  if (problem !== null) throw new CodedError('tls_unusable', { certificate: certPath, key: keyPath, problem });
  return { cert, key };
}

function problemOf(cert: string, key: string): string | null {
  if (!cert.includes('BEGIN CERTIFICATE')) return 'the first file holds no certificate in PEM form';
  if (!key.includes('PRIVATE KEY')) return 'the second file holds no private key in PEM form';
  if (key.includes('ENCRYPTED')) return 'the key is protected by a passphrase; give one without';
  try {
    createSecureContext({ cert });
  } catch {
    return 'the certificate is damaged';
  }
  try {
    createSecureContext({ key });
  } catch {
    return 'the key is damaged';
  }
  try {
    createSecureContext({ cert, key });
  } catch {
    return 'the key does not belong to the certificate';
  }
  const end = new Date(new X509Certificate(cert).validTo);
  return end < new Date() ? `the certificate ended on ${end.toISOString().slice(0, 10)}` : null;
}
