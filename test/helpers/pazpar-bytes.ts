/** Replies as a Pazpar2 1.14.1 writes them, for scripted backends. Strings are latin1. */

const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';
const CACHE_HEADERS =
  'Cache-Control: no-store, no-cache, must-revalidate, post-check=0, pre-check=0\r\n' +
  'Expires: Thu, 19 Nov 1981 08:52:00 GMT\r\n';

/** A complete reply with status 200. */
export function documentReply(body: string): string {
  return reply('200 OK', body);
}

/** The reply to `init`. */
export function initReply(session: string): string {
  return documentReply(initDocument(session));
}

export function initDocument(session: string): string {
  return (
    `${PROLOG}<init><status>OK</status><session>${session}</session><protocol>1</protocol>` +
    '<keepAlive>50000</keepAlive>\n</init>'
  );
}

export function pingReply(): string {
  return documentReply(`${PROLOG}<ping><status>OK</status></ping>`);
}

/** The error of a session that is not there. */
export function sessionLostReply(session: string): string {
  return reply('417 Session does not exist or it has expired', sessionLostDocument(session));
}

export function sessionLostDocument(session: string): string {
  return `${PROLOG}<error code="1" msg="Session does not exist or it has expired">${session}</error>`;
}

function reply(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\n${CACHE_HEADERS}Content-Length: ${body.length}\r\nContent-Type: text/xml\r\n\r\n${body}`;
}

/** Value of an argument of a request as it arrived, in query or form. */
export function argumentOf(request: { readonly head: string; readonly body: Buffer }, name: string): string {
  const target = request.head.split(' ', 2)[1] ?? '';
  const query = new URLSearchParams(target.slice(target.indexOf('?') + 1));
  return query.get(name) ?? new URLSearchParams(request.body.toString('latin1')).get(name) ?? '';
}
