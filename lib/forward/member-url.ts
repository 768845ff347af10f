/** Where a member listens, taken apart from its configured URL. */
export interface MemberAddress {
  /** `http://host:port` or `https://host:port`; `http://localhost` for a Unix socket. */
  readonly origin: URL;
  /** Name or address to connect to, an IPv6 address without brackets. Unused for a Unix socket. */
  readonly host: string;
  /** 1-65535. Unused for a Unix socket. */
  readonly port: number;
  /** TLS is spoken. */
  readonly secure: boolean;
  readonly socketPath: string | undefined;
  /** Path of every request's target. */
  readonly path: string;
}

/** The path that Pazpar2 answers itself, also when it relays other paths to a web server. */
export const DEFAULT_PATH = '/search.pz2';

const WEB_URL = /^https?:\/\/[^/?#\\\s]+(?:\/[^?#\\\s]*)?$/i;
const UNIX_URL = /^unix:(\/[^:?#\0]+)(?::(\/[!-~]*))?$/;

/**
 * Takes a member's URL apart: `http://host:port[/path]`, `https://…` or `unix:/socket/path[:/path]`.
 *
 * @param defaultPath what an empty path means. Defaults to `/search.pz2`.
 * @throws {TypeError} with a message for whoever wrote the configuration; it never repeats the URL, which may hold a password.
 */
export function parseMemberUrl(url: string, defaultPath: string = DEFAULT_PATH): MemberAddress {
  if (url.includes('?')) throw new TypeError('a member URL has no query: remove "?" and what follows');
  if (url.includes('#')) throw new TypeError('a member URL has no fragment: remove "#" and what follows');
  return url.startsWith('unix:') ? parseUnixUrl(url, defaultPath) : parseWebUrl(url, defaultPath);
}

function parseUnixUrl(url: string, defaultPath: string): MemberAddress {
  const [, socketPath, path] = UNIX_URL.exec(url) ?? [];
  if (socketPath === undefined) {
    throw new TypeError('a Unix socket is written unix:/absolute/path or unix:/absolute/path:/request/path');
  }
  const origin = new URL('http://localhost');
  return { origin, host: 'localhost', port: 80, secure: false, socketPath, path: pathOr(defaultPath, path) };
}

function parseWebUrl(url: string, defaultPath: string): MemberAddress {
  if (!WEB_URL.test(url) || !URL.canParse(url)) {
    throw new TypeError('a member URL is written http://host:port, https://host:port or unix:/socket/path');
  }
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '') {
    throw new TypeError('a member URL has no user information: remove what stands before "@"');
  }
  if (parsed.port === '0') throw new TypeError('a member URL needs a port from 1 to 65535');
  const secure = parsed.protocol === 'https:';
  return {
    origin: new URL(parsed.origin),
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port),
    secure,
    socketPath: undefined,
    path: pathOr(defaultPath, parsed.pathname),
  };
}

function pathOr(defaultPath: string, path: string | undefined): string {
  return path === undefined || path === '' || path === '/' ? defaultPath : path;
}
