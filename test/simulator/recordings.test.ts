import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultTargets, inventWorks, PazparSimulator, type Target } from '../../lib/simulator/index.ts';
import { documentShape } from '../helpers/document-shape.ts';
import { readFixture } from '../helpers/fixture.ts';
import { RawConnection } from '../helpers/raw-connection.ts';

interface Exchange {
  readonly name: string;
  readonly port: number;
  readonly request: string;
  readonly response: string;
}

const { exchanges } = readFixture('pazpar2/recordings-1.14.1.json') as { exchanges: readonly Exchange[] };

/**
 * Replies of which not every byte is compared, and why. All others must be equal byte for byte, the number of the session aside.
 * Of these the status line, the names and order of the headers, and the shape of the document are compared.
 */
const LOOSE: Readonly<Record<string, string>> = {
  'show with block=1': 'other records, other figures',
  'stat after search': 'other figures',
  'show after search, num=1': 'other records, other figures',
  'show sorted by title': 'other records, other figures',
  'show, start beyond the end': 'other figures',
  termlist: 'other terms, other figures',
  bytarget: 'other figures',
  record: 'another record; its id stands in the request in place of the recorded one',
  info: 'other figures; memory in detail and services are left out on both sides, the recording has no more',
  HEAD: 'other figures',
};

/** The recorded server had 18 targets that all held the same records. */
function recordedTargets(): readonly Target[] {
  const works = inventWorks();
  const [library] = defaultTargets(works, [0, 0]);
  return Array.from({ length: 18 }, (_, index) => {
    const name = `db${String(index + 1).padStart(2, '0')}`;
    return { latency: [0, 0], ...library, id: `localhost:9999/${name}`, name, works };
  });
}

const RECORDED_ID = encodeURIComponent('content: title internet world medium book');

describe('A recorded exchange with a Pazpar2 1.14.1 has the same answer here:', () => {
  const simulators = new Map<number, PazparSimulator>();
  /** Recorded session numbers and those of the simulator, filled by the exchanges in their order. */
  const numbers = new Map<string, string>();
  /** Of the record that is the first by relevance, as the recorded one was. In UTF-8, a byte a character. */
  let recordId = '';

  beforeAll(async () => {
    const targets = recordedTargets();
    simulators.set(8004, await PazparSimulator.start({ id: 'pz1', targets, latency: [0, 0] }));
    simulators.set(8014, await PazparSimulator.start({ targets, latency: [0, 0] }));
  });

  afterAll(async () => {
    for (const simulator of simulators.values()) await simulator.stop();
  });

  test.each(exchanges.map((exchange) => [exchange.name, exchange] as const))('%s', async (name, exchange) => {
    const actual = await replay(simulators.get(exchange.port)?.port ?? 0, withOurNumbers(exchange));
    learnNumber(exchange.response, actual);
    if (name === 'show after search, num=1') recordId = / <recid>(.*)<\/recid>/.exec(actual)?.[1] ?? '';
    const loose = name === 'info' ? abridged : shapeOf;
    const comparable = LOOSE[name] === undefined ? withoutNumber : loose;
    expect(comparable(actual)).toBe(comparable(exchange.response));
  });

  function withOurNumbers({ request }: Exchange): string {
    let ours = request.replace(RECORDED_ID, encodeURIComponent(Buffer.from(recordId, 'latin1').toString()));
    for (const [recorded, number] of numbers) ours = ours.replaceAll(recorded, number);
    return ours;
  }

  function learnNumber(recorded: string, actual: string): void {
    const [theirs, ours] = [recorded, actual].map((text) => /<session>(\d+)/.exec(text)?.[1]);
    if (theirs !== undefined && ours !== undefined) numbers.set(theirs, ours);
  }
});

test('Every exchange that is compared loosely was recorded', () => {
  const names = new Set(exchanges.map(({ name }) => name));
  expect(Object.keys(LOOSE).filter((name) => !names.has(name))).toEqual([]);
});

/** Everything that the server says to these bytes before it waits for more. */
async function replay(port: number, request: string): Promise<string> {
  const connection = await RawConnection.open(port);
  connection.send(request);
  const { head, statusLine, body } = await connection.reply();
  const closes = statusLine.includes(' 400 ') || /\r\nConnection: close\r\n|Transfer-Encoding/.test(request);
  if (closes) await connection.end();
  connection.close();
  return head + body + connection.unread;
}

function withoutNumber(reply: string): string {
  return reply.replace(/<session>\d+/, '<session>NUMBER');
}

/** The head without the length, if the length is right, and the shape of the document. */
function shapeOf(reply: string, recordedLength?: number): string {
  const end = reply.indexOf('\r\n\r\n') + 4;
  const document = reply.slice(end);
  const length = `Content-Length: ${recordedLength ?? document.length}\r\n`;
  return reply.slice(0, end).replace(length, 'Content-Length: RIGHT\r\n') + documentShape(document);
}

/** The shape without the details that were left out of the recording of info, which tells the length it had with them. */
function abridged(reply: string): string {
  const short = reply
    .replace(/<malloc[^]*<\/malloc>\n/, '<!-- malloc detail left out of the recording -->')
    .replace(/<services>[^]*<\/services>\n/, '<!-- services left out of the recording -->');
  return shapeOf(short, Number(/Content-Length: (\d+)/.exec(reply)?.[1]));
}
