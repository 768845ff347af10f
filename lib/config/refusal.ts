/** A value that an option does not take. The message says what is allowed; what was found is told by who reports it. */
export class Refusal extends Error {
  /** The place in a list that is meant, from 0; left out when it is the value as a whole. */
  readonly index: number | undefined;

  constructor(message: string, index?: number) {
    super(message);
    this.name = 'Refusal';
    this.index = index;
  }
}
