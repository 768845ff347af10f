import { call, type Call, type Reply } from './http-client.ts';

/** A server that takes Pazpar2's commands, as a client was told of it. */
export interface Endpoint {
  readonly url: string;
  /** What every request carries, such as a token. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a client has got for its user. */
export interface Found {
  readonly session: string;
  /** Last `show`. */
  readonly records: string;
}

const FORM = 'application/x-www-form-urlencoded';
const TARGET = 'z3950.other.example:210/db';

/** Sends one request and wants it answered well, as these clients do. */
async function ask({ url, headers }: Endpoint, query: string, more: Call = {}): Promise<Reply> {
  const reply = await call(query === '' ? url : `${url}?${query}`, {
    ...more,
    headers: { ...headers, ...more.headers },
  });
  if (reply.status !== 200) throw new Error(`${query}: ${reply.status} ${reply.text}`);
  return reply;
}

async function document(endpoint: Endpoint, query: string, more: Call = {}): Promise<string> {
  return (await ask(endpoint, query, more)).text;
}

const elementOf = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';

/** Asks for `show` until no target is at work. */
async function poll(endpoint: Endpoint, query: string): Promise<string> {
  for (;;) {
    const records = await document(endpoint, query);
    if (elementOf(records, 'activeclients') === '0') return records;
  }
}

/** Index Data's pz2.js: the session and an empty windowid in everything, and all in a form once it gets long. */
export async function pz2js(endpoint: Endpoint): Promise<Found> {
  const session = elementOf(await document(endpoint, 'command=init'), 'session');
  const own = `&session=${encodeURIComponent(session)}&windowid=`;
  await document(endpoint, `command=search&query=the${own}`);
  const polled = ['stat', 'show&block=1&type=xml&start=0&num=20&sort=relevance', 'bytarget&block=1'];
  await Promise.all([
    ...polled.map((command) => document(endpoint, `command=${command}${own}`)),
    document(endpoint, `command=termlist&name=${encodeURIComponent('xtargets,subject,author')}${own}`),
  ]);
  const records = await poll(endpoint, `command=show&start=0&num=20&sort=relevance&block=1&type=xml${own}`);
  const id = encodeURIComponent(elementOf(records, 'recid'));
  await document(endpoint, `command=record&id=${id}${own}`);
  const query = Array.from({ length: 300 }, () => 'the').join(' or ');
  const form = new URLSearchParams({ command: 'search', query, session, windowid: '' }).toString();
  await document(endpoint, '', { method: 'POST', body: form, headers: { 'Content-Type': FORM } });
  await document(endpoint, `command=ping${own}`);
  await document(endpoint, `command=stop${own}`);
  return { session, records };
}

/** VuFind: GET only, `session` before `command`, all values encoded; settings where it is told to. */
export async function vufind(endpoint: Endpoint): Promise<Found> {
  const session = elementOf(await document(endpoint, 'command=init'), 'session');
  const send = (command: string, params: string = ''): Promise<string> =>
    document(endpoint, `${params}session=${encodeURIComponent(session)}&command=${command}`);
  await send('settings', `${encodeURIComponent(`pz:name[${TARGET}]`)}=Other&`);
  await send('search', 'query=the&');
  await send('stat');
  await send('termlist', 'name=author&num=15&');
  await send('bytarget', 'id=1&');
  const records = await poll(endpoint, `block=1&num=20&session=${encodeURIComponent(session)}&command=show`);
  await send('record', `id=${encodeURIComponent(elementOf(records, 'recid'))}&`);
  await send('ping');
  return { session, records };
}

/** Koha: `settings` is a POST whose parameters all stand in the query, with an empty body. */
export async function koha(endpoint: Endpoint): Promise<Found> {
  const session = elementOf(await document(endpoint, 'command=init&clear=0'), 'session');
  const own = `&session=${encodeURIComponent(session)}`;
  const settings = new URLSearchParams([
    [`pz:name[${TARGET}]`, 'Other'],
    [`pz:requestsyntax[${TARGET}]`, 'usmarc'],
    [`pz:cclmap:term[${TARGET}]`, 'u=1016 t=l,r s=al'],
  ]).toString();
  await document(endpoint, `command=settings${own}&${settings}`, { method: 'POST', body: '' });
  await document(endpoint, `command=search${own}&query=the`);
  await document(endpoint, `command=stat${own}`);
  const records = await poll(endpoint, `command=show&start=0&num=10&block=1${own}&sort=relevance`);
  await document(endpoint, `command=termlist&name=subject${own}`);
  return { session, records };
}

/** Index Data's Java client in the Service Proxy: text/xml to init and settings, long requests as forms; reads the Content-Type of each reply. */
export async function javaClient(endpoint: Endpoint): Promise<Found> {
  const xml = { 'Content-Type': 'text/xml' };
  const service = '<service id="own"><timeout session="60"/></service>';
  const init = await ask(endpoint, 'command=init', { body: service, headers: xml });
  const session = elementOf(init.text, 'session');
  const settings = `<settings target="${TARGET}"><set name="pz:name" value="Other"/></settings>`;
  await document(endpoint, `command=settings&session=${session}`, { body: settings, headers: xml });
  const post = async (parameters: Readonly<Record<string, string>>): Promise<string> => {
    const body = new URLSearchParams({ ...parameters, session }).toString();
    const reply = await ask(endpoint, '', { body, headers: { 'Content-Type': `${FORM}; charset=UTF-8` } });
    if (reply.headers['content-type'] === undefined) throw new Error('no Content-Type');
    return reply.text;
  };
  await post({ command: 'settings', [`pz:requestsyntax[${TARGET}]`]: 'usmarc' });
  await post({ command: 'search', query: Array.from({ length: 900 }, () => 'the').join(' or ') });
  const records = await poll(endpoint, `command=show&session=${session}&block=1`);
  await document(endpoint, `command=service&session=${session}`);
  return { session, records };
}

/** pazpar2-access: another program before Pazpar2, which adds settings to `init` and passes on all else but `settings`. */
export async function pazpar2Access(endpoint: Endpoint): Promise<Found> {
  const added = `&${encodeURIComponent(`pz:name[${TARGET}]`)}=Other&${encodeURIComponent(`pz:allow[${TARGET}]`)}=1`;
  const session = elementOf(await document(endpoint, `command=init${added}`), 'session');
  const own = `&session=${encodeURIComponent(session)}&windowid=`;
  await document(endpoint, `command=search&query=the${own}`);
  const records = await poll(endpoint, `command=show&block=1&type=xml${own}`);
  return { session, records };
}

/** Asks for the settings that the session has for the target that clients add. */
export async function addedSettings(endpoint: Endpoint, { session }: Found): Promise<readonly string[]> {
  const text = await document(endpoint, `command=bytarget&settings=1&session=${encodeURIComponent(session)}`);
  const target = text.split('<target>').find((part) => part.includes(`<id>${TARGET}</id>`)) ?? '';
  return Array.from(
    target.matchAll(/<set name="(pz:[^"]+)" value="([^"]*)"/g),
    ([, name, value]) => `${name}=${value}`,
  );
}
