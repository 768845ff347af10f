import { types } from 'node:util';

/** Says in words why a listener could not be opened; undefined for an error that is none of listening. */
export function describeListenError(error: unknown): string | undefined {
  if (!types.isNativeError(error) || !('code' in error)) return undefined;
  const where = placeOf(error);
  switch (error.code) {
    case 'EADDRINUSE':
      return `${where} is in use: stop the program that listens there, or choose another address`;
    case 'EACCES':
      return `not allowed to listen on ${where}: ports below 1024 need root or CAP_NET_BIND_SERVICE, a socket needs a writable folder`;
    case 'EADDRNOTAVAIL':
      return `${where} is no address of this machine`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name in ${where} has no address`;
    case 'ENOENT':
      return `the folder of ${where} does not exist`;
    default:
      return undefined;
  }
}

/** Node tells the place of a failed `listen` in fields that its types do not name. */
function placeOf(error: Error): string {
  const port = 'port' in error && Number(error.port) > 0 ? `:${String(error.port)}` : '';
  const host = 'address' in error ? error.address : 'hostname' in error ? error.hostname : 'the address';
  const text = String(host);
  return `${port !== '' && text.includes(':') ? `[${text}]` : text}${port}`;
}
