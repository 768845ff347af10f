import { IncomingMessage, ServerResponse } from 'node:http';
import { OptionsError } from '../lib/errors.ts';

/** An application of Express, as far as it is needed: the prototypes that it gives to requests and responses. */
export interface ExpressApplication {
  request: object;
  response: object;
}

/** What `http.createServer` and `https.createServer` take, beside other options of theirs. */
export interface ExpressServerOptions {
  readonly IncomingMessage?: typeof IncomingMessage;
  readonly ServerResponse?: typeof ServerResponse;
}

const given = new WeakMap<object, ExpressServerOptions>();

/** The first Node whose V8 keeps the hidden classes of objects that got another prototype. */
const FIXED_IN_NODE = 24;

/**
 * Options of the server of an application, under which Express takes a fifth of its own time on Node 20 and 22. From Node 24 on there is
 * nothing to mend: none are given, and the application is left as it is.
 *
 *     createServer(expressServerOptions(app), app).listen(8080);
 *
 * Express gives each request and response the prototypes `app.request` and `app.response`, and then more properties, for each of which V8
 * up to 12.4 makes a new hidden class. Under these options messages have those prototypes from the start, so that Express changes
 * nothing. To that end `app.request` and `app.response` get an heir each, which stands in their place. Several servers of one application
 * share them.
 *
 * @throws OptionsError for what is no application of Express
 */
export function expressServerOptions(app: ExpressApplication): ExpressServerOptions {
  checkApplication(app);
  const options = given.get(app) ?? makeOptions(app);
  given.set(app, options);
  return options;
}

function makeOptions(app: ExpressApplication): ExpressServerOptions {
  const major = Number(process.versions.node.split('.', 1)[0]);
  if (major >= FIXED_IN_NODE) return {};

  class Request extends IncomingMessage {}
  class Response<Of extends IncomingMessage = IncomingMessage> extends ServerResponse<Of> {}
  inherit(Request.prototype, app.request);
  inherit(Response.prototype, app.response);
  app.request = Request.prototype;
  app.response = Response.prototype;
  return { IncomingMessage: Request, ServerResponse: Response };
}

/** Makes a class's prototype inherit from another, and have nothing of its own. */
function inherit(heir: object, prototype: object): void {
  // Otherwise messages would name another class than under a server without these options.
  Reflect.deleteProperty(heir, 'constructor');
  Reflect.setPrototypeOf(heir, prototype);
}

function checkApplication(app: Partial<ExpressApplication> | undefined): void {
  if (app?.request instanceof IncomingMessage && app.response instanceof ServerResponse) return;
  const message = 'must be an application of Express, as express() makes it';
  throw new OptionsError('expressServerOptions', [{ path: 'app', value: '', message }]);
}
