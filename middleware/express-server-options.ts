import { IncomingMessage, ServerResponse } from 'node:http';
import { LateProperties } from './late-properties.ts';

/** What `http.createServer` and `https.createServer` take, beside other options of theirs. */
export interface ExpressServerOptions {
  readonly IncomingMessage?: typeof IncomingMessage;
  readonly ServerResponse?: typeof ServerResponse;
}

/** The first Node whose V8 keeps the hidden classes of objects that got another prototype. */
const FIXED_IN_NODE = 24;
/** One request of so many is looked at. A prime number, so that of requests which come in turns each is looked at some time. */
const SAMPLED = 61;

/**
 * Options of a server under which Express takes a fourth of its time on Node 20 and 22, whatever is mounted there. From Node 24 on there is
 * nothing to mend, and none are given.
 *
 *     createServer(expressServerOptions(), app).listen(8080);
 *
 * Express gives each request and response another prototype and then more properties, for each of which V8 up to 12.4 makes a new hidden
 * class. Under these options they have the properties from the start, undefined: a few of the first requests show which. Those that the
 * application defines by `Object.defineProperty`, and those that its prototypes have, are left alone.
 */
export function expressServerOptions(): ExpressServerOptions {
  const major = Number(process.versions.node.split('.', 1)[0]);
  return major < FIXED_IN_NODE ? learningMessages() : {};
}

function learningMessages(): Required<ExpressServerOptions> {
  const ofRequests = new LateProperties(IncomingMessage.prototype);
  const ofResponses = new LateProperties(ServerResponse.prototype);
  let untilSample = 1;

  function learnFrom(response: ServerResponse): void {
    const { req: request } = response;
    const early = new Set(Reflect.ownKeys(response));
    const earlyOfRequest = new Set(Reflect.ownKeys(request));
    response.once('close', () => {
      ofResponses.learn(response, early);
      ofRequests.learn(request, earlyOfRequest);
    });
  }

  class LearningRequest extends IncomingMessage {
    constructor(...parameters: ConstructorParameters<typeof IncomingMessage>) {
      super(...parameters);
      ofRequests.give(this);
    }
  }

  class LearningResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    constructor(...parameters: ConstructorParameters<typeof ServerResponse<Request>>) {
      super(...parameters);
      ofResponses.give(this);
      untilSample -= 1;
      if (untilSample > 0) return;
      untilSample = SAMPLED;
      learnFrom(this);
    }
  }

  return { IncomingMessage: LearningRequest, ServerResponse: LearningResponse };
}
