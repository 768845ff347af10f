/** Not a reply as HTTP/1.1 has it. */
export class MalformedReply extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedReply';
  }
}

/** What a member uses to frame its replies where that is not Content-Length. */
export type ForeignFraming = 'transfer-encoding' | 'end-of-connection';

/** A valid reply, framed as Pazpar2 never does. */
export class UnsupportedFraming extends MalformedReply {
  readonly framing: ForeignFraming;

  constructor(framing: ForeignFraming) {
    super(
      `the reply is framed by ${framing}, not by Content-Length: this is no Pazpar2, or not a direct one`,
    );
    this.name = 'UnsupportedFraming';
    this.framing = framing;
  }
}
