import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { systemClock } from '../clock.ts';
import type { PemFile } from '../cluster/member-tls.ts';
import { readPemFile } from './pem-file.ts';
import { Refusal } from './refusal.ts';

const ENCRYPTED = /-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m;
const CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/;

/** Reads a certificate, which those may follow that lead to its authority. @throws {Refusal} when it is none, or not valid now */
export function readCertificate(value: unknown): PemFile {
  const file = readCertificates(value);
  const { validFromDate, validToDate } = datesOf(new X509Certificate(file.text));
  const now = systemClock.now();
  if (validToDate.getTime() < now) {
    throw new Refusal(`holds a certificate that expired at ${validToDate.toISOString()}; renew it`);
  }
  if (validFromDate.getTime() > now) {
    throw new Refusal(`holds a certificate that is not valid before ${validFromDate.toISOString()}`);
  }
  return file;
}

/** Reads certificates of authorities. @throws {Refusal} when there are none */
export function readCertificates(value: unknown): PemFile {
  const file = readPemFile(value);
  if (!CERTIFICATE.test(file.text)) {
    throw new Refusal('holds no certificate in PEM form ("-----BEGIN CERTIFICATE-----")');
  }
  try {
    createSecureContext({ ca: file.text, cert: file.text });
    return file;
  } catch {
    throw new Refusal('holds a damaged certificate, or something else before it');
  }
}

/** Reads a private key. @throws {Refusal} when it is none, or needs a passphrase */
export function readPrivateKey(value: unknown): PemFile {
  const file = readPemFile(value);
  if (ENCRYPTED.test(file.text)) {
    throw new Refusal(
      'holds a key that is protected by a passphrase; store it without one, readable for this program only',
    );
  }
  try {
    createPrivateKey(file.text);
    return file;
  } catch {
    throw new Refusal('holds no private key in PEM form ("-----BEGIN PRIVATE KEY-----"), or a damaged one');
  }
}

/** Holds a key against the certificate that it is meant for. @throws {Refusal} when it is not that one's, or OpenSSL refuses them */
export function checkPair(cert: PemFile, key: PemFile): void {
  if (!new X509Certificate(cert.text).checkPrivateKey(createPrivateKey(key.text))) {
    throw new Refusal('holds the key of another certificate: it does not fit to the first one in `cert`');
  }
  try {
    createSecureContext({ cert: cert.text, key: key.text });
  } catch (error) {
    throw new Refusal(`cannot be used with its certificate: ${reasonOf(error)}`);
  }
}

/** Node 20 has the dates as text only. */
function datesOf({ validFrom, validTo }: X509Certificate): {
  readonly validFromDate: Date;
  readonly validToDate: Date;
} {
  return { validFromDate: new Date(validFrom), validToDate: new Date(validTo) };
}

/** The last part of what OpenSSL says, such as "ee key too small". */
function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(':').at(-1) ?? '') : String(error);
}
