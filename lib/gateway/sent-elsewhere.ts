import { BalancerError } from '../errors.ts';

/** Ends a request for which another place takes over. Who cannot be sent there hears that nobody is available. */
export class SentElsewhere extends BalancerError {
  /** Complete, as the configuration has it. */
  readonly url: string;

  constructor(url: string) {
    super('NO_MEMBER_AVAILABLE', '');
    this.url = url;
  }
}
