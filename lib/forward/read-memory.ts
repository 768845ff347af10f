const READ_SIZE = 64 * 1024;

// Where the system is handed the memory before there is anything to read, as on Windows, each connection needs its own.
const SHARED = process.platform === 'win32' ? undefined : Buffer.allocUnsafeSlow(READ_SIZE);

/** Memory for a connection to read into. All read into the same, one after the other, so what is to last is copied before the next turn. */
export function readMemory(): Buffer {
  return SHARED ?? Buffer.allocUnsafeSlow(READ_SIZE);
}
