import {
  PROLOG,
  statusDocument,
  writeDocument,
  writeElement,
  type Content,
  type Element,
} from '../documents.ts';
import { SessionTargets } from '../session-targets.ts';
import type { Target } from '../target.ts';
import type { ServerCommand, SessionCommand } from './session-command.ts';

const EXIT = statusDocument('exit');
/** Metadata fields of the service, those that `show` lists among them. */
const FIELDS = ['id', 'author', 'date', 'title', 'medium', 'description', 'subject', 'publication-name'];
const BRIEF: ReadonlySet<string> = new Set(['id', 'author', 'date', 'title', 'medium', 'description']);

/** Answers and does nothing, as a Pazpar2 does that was not started for debugging. */
export const exit: ServerCommand = (call) => call.answer(EXIT);

/** Versions, counts, memory, and every target with its settings. */
export const info: ServerCommand = (call, { settings, sessions }) => {
  const clients = [...sessions].reduce((sum, { search }) => sum + (search?.clients.length ?? 0), 0);
  call.answer(
    writeDocument([
      'info',
      [
        ...indented(0, [
          'version',
          [
            ...indented(1, ['pazpar2', '1.14.1', { sha1: '6b9898b' }]),
            ...indented(1, ['yaz', '5.34.0', { compiled: '5.34.0' }]),
            '\n ',
          ],
        ]),
        ...indented(0, ['host', 'simulator']),
        ...indented(0, ['sessions', String(sessions.live)]),
        ...indented(0, ['clients', String(clients)]),
        '\n',
        ...memory(),
        '\n ',
        ['services', [...indented(1, service(settings.targets)), '\n ']],
        '\n',
      ],
    ]),
  );
};

/** The service as configured. */
export const showService: SessionCommand = (call, _session, { settings }) => {
  call.answer(PROLOG + writeElement(service(settings.targets)));
};

/** glibc's figures, invented ones, in the layout of the recording. */
function memory(): (string | Element)[] {
  const figures: Content = [
    ['heap', [['system', '', { type: 'current', size: '1089536' }]], { nr: '0' }],
    '\n',
    ['system', '', { type: 'current', size: '18620416' }],
    '\n',
  ];
  return [
    ['malloc', ['\n', ...figures], { version: '1' }],
    '\n',
    [
      'nmem',
      [
        ['handles', '133'],
        ['blocks', '688'],
        ['allocated', '2821521'],
      ]
        .flatMap(([name = '', text = '']) => ['\n  ', [name, text] as const])
        .concat('\n'),
    ],
  ];
}

function service(targets: readonly Target[]): Element {
  const metadata = FIELDS.flatMap((name) =>
    indented(2, ['metadata', '', BRIEF.has(name) ? { name, brief: 'yes' } : { name }]),
  );
  const databases = targets.flatMap((target) => indented(3, database(target)));
  return ['service', [...metadata, ...indented(2, ['databases', [...databases, '\n   ']]), '\n  ']];
}

function database(target: Target): Element {
  const settings = [...new SessionTargets([target]).settings(target)];
  const written = settings.flatMap(([name, value]) => indented(4, ['setting', '', { name, value }]));
  return ['database', [...written, '\n    '], { id: target.id }];
}

/** An element on a line of its own. */
function indented(depth: number, element: Element): (string | Element)[] {
  return [`\n${' '.repeat(depth + 1)}`, element];
}
