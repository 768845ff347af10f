/** What a command does to the server. */
export type CommandClass =
  /** Makes a session. */
  | 'create'
  /** Changes nothing that a client could miss. */
  | 'read'
  /** Changes the session. */
  | 'mutate'
  /** Shows or changes the server itself. */
  | 'control';

/** A command of Pazpar2 1.14.1. */
export type CommandName =
  | 'init'
  | 'ping'
  | 'settings'
  | 'search'
  | 'stat'
  | 'show'
  | 'termlist'
  | 'bytarget'
  | 'record'
  | 'stop'
  | 'service'
  | 'session-status'
  | 'info'
  | 'exit';

/** Everything the balancer knows of one command of Pazpar2. */
export interface CommandTraits {
  readonly class: CommandClass;
  readonly needsSession: boolean;
  /** Whether Pazpar2 may hold the answer back: never, always possible, or only with `block=1`. */
  readonly blocks: 'never' | 'maybe' | 'with-block-1';
  /** Two executions are as good as one, so it may be sent again when no answer came. */
  readonly repeatable: boolean;
  /** `kept` for what is answered in one small write; larger replies wait 40 ms for a delayed ACK on a kept connection. */
  readonly connection: 'kept' | 'fresh';
  /** Allowed under the preset `public`. */
  readonly public: boolean;
  /** Allowed under the preset `trusted`. */
  readonly trusted: boolean;
}

/** The one table of Pazpar2's commands (1.14.1; seen live, see the recorded exchanges in test/fixtures). */
export const COMMANDS: Readonly<Record<CommandName, CommandTraits>> = {
  init: {
    class: 'create',
    needsSession: false,
    blocks: 'never',
    repeatable: false,
    connection: 'fresh',
    public: true,
    trusted: true,
  },
  ping: {
    class: 'read',
    needsSession: true,
    blocks: 'never',
    repeatable: true,
    connection: 'kept',
    public: true,
    trusted: true,
  },
  settings: {
    class: 'mutate',
    needsSession: true,
    blocks: 'never',
    repeatable: false,
    connection: 'fresh',
    public: false,
    trusted: true,
  },
  search: {
    class: 'mutate',
    needsSession: true,
    blocks: 'never',
    repeatable: false,
    connection: 'fresh',
    public: true,
    trusted: true,
  },
  stat: {
    class: 'read',
    needsSession: true,
    blocks: 'never',
    repeatable: true,
    connection: 'kept',
    public: true,
    trusted: true,
  },
  // Without `block` it still waits for deep pages, hence 'maybe'.
  show: {
    class: 'read',
    needsSession: true,
    blocks: 'maybe',
    repeatable: true,
    connection: 'fresh',
    public: true,
    trusted: true,
  },
  termlist: {
    class: 'read',
    needsSession: true,
    blocks: 'with-block-1',
    repeatable: true,
    connection: 'fresh',
    public: true,
    trusted: true,
  },
  bytarget: {
    class: 'read',
    needsSession: true,
    blocks: 'with-block-1',
    repeatable: true,
    connection: 'fresh',
    public: true,
    trusted: true,
  },
  record: {
    class: 'read',
    needsSession: true,
    blocks: 'maybe',
    repeatable: true,
    connection: 'fresh',
    public: true,
    trusted: true,
  },
  // Stopping a stopped search does nothing.
  stop: {
    class: 'read',
    needsSession: true,
    blocks: 'never',
    repeatable: true,
    connection: 'kept',
    public: true,
    trusted: true,
  },
  service: {
    class: 'control',
    needsSession: true,
    blocks: 'never',
    repeatable: true,
    connection: 'fresh',
    public: false,
    trusted: true,
  },
  'session-status': {
    class: 'control',
    needsSession: true,
    blocks: 'never',
    repeatable: true,
    connection: 'fresh',
    public: false,
    trusted: true,
  },
  info: {
    class: 'control',
    needsSession: false,
    blocks: 'never',
    repeatable: true,
    connection: 'fresh',
    public: false,
    trusted: true,
  },
  // With -X it makes Pazpar2 spin and fill its disk: nobody's business, not even that of trusted clients.
  exit: {
    class: 'control',
    needsSession: false,
    blocks: 'never',
    repeatable: false,
    connection: 'fresh',
    public: false,
    trusted: false,
  },
};

/** True for a name in the table. Names are case-sensitive, as Pazpar2's are. */
export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
