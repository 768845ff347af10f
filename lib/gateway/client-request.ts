import { IncomingMessage } from 'node:http';
import { markEnded, readRest } from './node-message.ts';
import { isWebSocketRequest } from './websocket-request.ts';

/**
 * A request to a server of our own.
 *
 * Node hears that it asks for another protocol only when that is WebSocket. A server that listens to `upgrade` gets all such requests there,
 * without their bodies, and clients ask for HTTP/2 like that with every request (`Upgrade: h2c`): those are to be answered as if they had not
 * asked (RFC 9110, section 7.8).
 *
 * One that is there to its end and that nobody reads has nothing more to say, so nobody hears of its end: that would take a twelfth of the time
 * of a small request, for a stream that is set flowing, ends, and is destroyed.
 */
export class OwnRequest extends IncomingMessage {
  // Node sets it within its constructor, so there must be no field of ours yet.
  declare private asksToSwitch: boolean | null;

  get upgrade(): boolean {
    return this.asksToSwitch === true && isWebSocketRequest(this);
  }

  set upgrade(asked: boolean | null) {
    this.asksToSwitch = asked;
  }

  /** Called by Node when the request is answered and was not read. */
  _dump(): void {
    const isIgnored = this.readableFlowing === null;
    if (isIgnored && this.complete && this.readableLength === 0) markEnded(this);
    else readRest(this);
  }
}
