import { connect } from 'node:net';

/** Where a target is, as Pazpar2 writes it: `host:port/database`. */
const ADDRESS = /^(?:https?:\/\/)?(127\.0\.0\.1|localhost):(\d{1,5})(\/[^?#]*)?/;
/** Tag of the first packet of Z39.50, an InitializeRequest. */
const Z3950_INITIALIZE = 0xb4;
const LONGEST_WAIT_MS = 1000;

/**
 * Connects to a target on this machine and says one thing: with `pz:sru` an HTTP request, which carries `pz:authentication`
 * (`user/password`), else the first byte of Z39.50. Nothing comes of the answer.
 */
export function connectToTarget(url: string, settings: ReadonlyMap<string, string>): void {
  const [, host, port, path = '/'] = ADDRESS.exec(url) ?? [];
  if (host === undefined) return;
  const socket = connect(Number(port), host);
  socket.unref().setTimeout(LONGEST_WAIT_MS, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.on('connect', () => socket.end(firstWords(path, settings)));
}

function firstWords(path: string, settings: ReadonlyMap<string, string>): Buffer {
  if ((settings.get('pz:sru') ?? '') === '') return Buffer.from([Z3950_INITIALIZE]);
  const login = settings.get('pz:authentication');
  const authorization =
    login === undefined
      ? ''
      : `Authorization: Basic ${Buffer.from(login.replace('/', ':'), 'latin1').toString('base64')}\r\n`;
  return Buffer.from(
    `GET ${path}?operation=searchRetrieve&version=1.1 HTTP/1.0\r\n${authorization}\r\n`,
    'latin1',
  );
}
