import { statSync } from 'node:fs';
import type { Clock, Timer } from '../clock.ts';
import type { PemFile } from '../cluster/member-tls.ts';
import { expiryWords } from '../config/certificate-expiry.ts';
import { checkTlsOptions } from '../config/check.ts';
import type { TlsConfig } from '../config/config.ts';
import { givenTls } from '../config/given-tls.ts';
import { isPemText } from '../config/pem-file.ts';
import { describeProblem, OptionsError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';

const LOOK_EVERY_MS = 10_000;
const DAY_MS = 86_400_000;

/** Whoever uses a certificate. */
export interface CertificateUse {
  /** Where it stands in the options: `tls` or `admin.tls`. */
  readonly option: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly renew: (tls: TlsConfig) => void;
}

/** The certificate of a listener, read again when its files change. A change that is half done, or wrong, is told once and changes nothing. */
export class ListenerCertificate {
  readonly #use: CertificateUse;
  #tls: TlsConfig;
  #seen: string;
  #told = '';
  /** When it was last told that the certificate expires soon. */
  #warnedAt = -Infinity;
  #timer: Timer | undefined;

  constructor(tls: TlsConfig, use: CertificateUse) {
    this.#use = use;
    this.#tls = tls;
    this.#seen = stateOf(tls);
  }

  /** Looks after the files from now on. */
  watch(): void {
    this.#warn();
    this.#timer = this.#use.clock.setTimeout(() => {
      this.#look();
      this.watch();
    }, LOOK_EVERY_MS);
  }

  /** Uses what a new configuration says. */
  replace(tls: TlsConfig): void {
    this.#tls = tls;
    this.#seen = stateOf(tls);
    this.#told = '';
    this.#use.renew(tls);
  }

  close(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    if (stateOf(this.#tls) === this.#seen) return;
    try {
      this.replace(checkTlsOptions(givenTls(this.#tls), this.#use.option));
      this.#use.logger.info({ option: this.#use.option }, 'certificate read again');
    } catch (error) {
      if (!(error instanceof OptionsError)) throw error;
      this.#tell(error.problems.map(describeProblem));
    }
  }

  /** Once a day, while it expires soon. */
  #warn(): void {
    const { clock, logger, option } = this.#use;
    if (clock.now() - this.#warnedAt < DAY_MS) return;
    const words = expiryWords(this.#tls.cert, clock.now());
    if (words === undefined) return;
    this.#warnedAt = clock.now();
    logger.warn({ option }, words);
  }

  #tell(problems: readonly string[]): void {
    const told = problems.join('\n');
    if (told === this.#told) return;
    this.#told = told;
    this.#use.logger.error(
      { option: this.#use.option, problems },
      'certificate refused; the one before stays in use',
    );
  }
}

/** Changes whenever one of the files does, or another one takes its place. */
function stateOf({ cert, key, ca }: TlsConfig): string {
  return [cert, key, ...(ca === undefined ? [] : [ca])].map(stateOfFile).join('\n');
}

function stateOfFile({ source }: PemFile): string {
  if (isPemText(source)) return source;
  const stat = statSync(source, { throwIfNoEntry: false });
  return `${source} ${stat?.ino} ${stat?.size} ${stat?.mtimeMs}`;
}
