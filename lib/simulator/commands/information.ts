import type { ConfiguredSettings } from '../configured-settings.ts';
import { PROLOG, statusDocument, writeElement, type Element } from '../documents.ts';
import { SessionTargets } from '../session-targets.ts';
import type { Target } from '../target.ts';
import { heapFigures } from './heap-figures.ts';
import type { ServerCommand, SessionCommand } from './session-command.ts';

const EXIT = statusDocument('exit');

/** Metadata fields of the service with their attributes. */
const FIELDS: readonly Readonly<Record<string, string>>[] = [
  { name: 'id', brief: 'yes' },
  { name: 'author', brief: 'yes', termlist: 'yes', rank: '2', merge: 'unique', mergekey: 'optional' },
  { name: 'has-fulltext' },
  { name: 'date', brief: 'yes', termlist: 'yes', type: 'year', merge: 'range' },
  { name: 'title', brief: 'yes', rank: '6', sortkey: 'skiparticle', merge: 'longest', mergekey: 'required' },
  { name: 'title-complete' },
  { name: 'medium', brief: 'yes', mergekey: 'optional' },
  { name: 'publication-name' },
  { name: 'publication-date' },
  { name: 'description', brief: 'yes', rank: '3', merge: 'unique' },
  { name: 'subject-long', rank: '3' },
  { name: 'subject', termlist: 'yes', rank: '0' },
];

/** Answers and does nothing, as a Pazpar2 does that was not started for debugging. */
export const exit: ServerCommand = (call, daemon) => {
  if (daemon.settings.weaknesses.exits) daemon.stopListening();
  call.answer(EXIT);
};

/** Versions, counts, memory, and every target with its settings. */
export const info: ServerCommand = (call, { settings, sessions, configured }) => {
  const clients = [...sessions].reduce((sum, { search }) => sum + (search?.clients.length ?? 0), 0);
  const counts: readonly Element[] = [
    ['host', 'simulator'],
    ['sessions', String(sessions.live)],
    ['clients', String(clients)],
  ];
  const parts = [
    `${PROLOG}<info>\n ${writeElement(version())}\n`,
    ...counts.map((count) => ` ${writeElement(count)}\n`),
    `${heapFigures()}\n ${writeElement(services(settings.targets, configured), 'spaced')}\n</info>`,
  ];
  call.answer(parts.join(''));
};

/** The service as configured. */
export const showService: SessionCommand = (call, _session, { settings, configured }) => {
  call.answer(PROLOG + writeElement(service(settings.targets, configured), 'spaced'));
};

function version(): Element {
  const yaz = { compiled: '5.34.0', sha1: 'dec0c8a0b762132468cc8264c1b220eae1c67bd7' };
  const lines = [...line(1, ['pazpar2', '1.14.1', { sha1: '6b9898b' }]), ...line(1, ['yaz', '5.34.0', yaz])];
  return ['version', [...lines, '\n ']];
}

function services(targets: readonly Target[], configured: ConfiguredSettings): Element {
  return ['services', [...line(1, service(targets, configured)), '\n ']];
}

function service(targets: readonly Target[], configured: ConfiguredSettings): Element {
  const metadata = FIELDS.flatMap((attributes) => line(2, ['metadata', '', attributes]));
  const databases = targets.flatMap((target) => line(3, database(target, configured)));
  return ['service', [...metadata, ...line(2, ['databases', [...databases, '\n   ']]), '\n  ']];
}

function database(target: Target, configured: ConfiguredSettings): Element {
  const settings = [...new SessionTargets([target], configured).settings(target)];
  const written = settings.flatMap(([name, value]) => line(4, ['setting', '', { name, value }]));
  return ['database', [...written, '\n    '], { id: target.id }];
}

/** An element on a line of its own. */
function line(depth: number, element: Element): (string | Element)[] {
  return [`\n${' '.repeat(depth + 1)}`, element];
}
