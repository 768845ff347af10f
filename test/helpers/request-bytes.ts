/** What a transport is given to write. */
export interface RequestToWrite {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
}

/** The request as a transport writes it: Host, Connection and Content-Length come from there. */
export function requestBytes(request: RequestToWrite, host: string, connection: string): Buffer {
  const { method, target, headers, body } = request;
  const lines = [`${method} ${target} HTTP/1.1`, `host: ${host}`, `connection: ${connection}`];
  for (let index = 0; index < headers.length; index += 2)
    lines.push(`${headers[index]}: ${headers[index + 1]}`);
  if (body !== undefined) lines.push(`content-length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body ?? Buffer.alloc(0)]);
}

/** Length of the head with its blank line. */
export function headLength(bytes: Buffer): number {
  return bytes.indexOf('\r\n\r\n') + 4;
}
