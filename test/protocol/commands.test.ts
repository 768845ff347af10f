import { describe, expect, test } from '@jest/globals';
import { COMMANDS, isCommandName } from '../../lib/protocol/commands.ts';
import type { CommandTraits } from '../../lib/protocol/commands.ts';

/** The table again, as short as it can be read: what each command is, and who may use it. */
const EXPECTED = `
  command         class    session  blocks        sent twice  connection  public  trusted
  init            create   -        never         -           fresh       yes     yes
  ping            read     yes      never         yes         kept        yes     yes
  settings        mutate   yes      never         -           fresh       -       yes
  search          mutate   yes      never         -           fresh       yes     yes
  stat            read     yes      never         yes         kept        yes     yes
  show            read     yes      maybe         yes         fresh       yes     yes
  termlist        read     yes      with-block-1  yes         fresh       yes     yes
  bytarget        read     yes      with-block-1  yes         fresh       yes     yes
  record          read     yes      maybe         yes         fresh       yes     yes
  stop            read     yes      never         yes         kept        yes     yes
  service         control  yes      never         yes         fresh       -       yes
  session-status  control  yes      never         yes         fresh       -       yes
  info            control  -        never         yes         fresh       -       yes
  exit            control  -        never         -           fresh       -       -
`;

function expectedTable(): Record<string, CommandTraits> {
  const rows = EXPECTED.trim().split('\n').slice(1);
  return Object.fromEntries(rows.map((row) => expectedRow(row.trim().split(/ +/))));
}

function expectedRow([name, type, session, blocks, twice, connection, open, trusted]: string[]): [
  string,
  CommandTraits,
] {
  const traits = {
    class: type,
    needsSession: session === 'yes',
    blocks,
    repeatable: twice === 'yes',
    connection,
    public: open === 'yes',
    trusted: trusted === 'yes',
  };
  return [name ?? '', traits as CommandTraits];
}

describe('the table of commands', () => {
  test('says of every command of Pazpar2 what it is', () => {
    expect(COMMANDS).toEqual(expectedTable());
  });

  test('lets no stranger do what only trusted clients may', () => {
    for (const { public: open, trusted } of Object.values(COMMANDS)) expect(open && !trusted).toBe(false);
  });

  test('keeps connections only for what may be sent twice and does not block', () => {
    const kept = Object.values(COMMANDS).filter(({ connection }) => connection === 'kept');
    expect(kept.every(({ repeatable, blocks }) => repeatable && blocks === 'never')).toBe(true);
  });
});

describe('isCommandName', () => {
  test.each(Object.keys(COMMANDS))('knows %s', (name) => {
    expect(isCommandName(name)).toBe(true);
  });

  test.each(['', 'Ping', 'PING', ' ping', 'server-status', 'constructor', '__proto__', 'toString'])(
    'does not know %p',
    (name) => {
      expect(isCommandName(name)).toBe(false);
    },
  );
});
