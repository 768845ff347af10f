import { BalancerError } from '../errors.ts';
import { lastValue, parseArguments } from './arguments.ts';
import type { Argument } from './arguments.ts';
import { COMMANDS, isCommandName } from './commands.ts';
import type { CommandName, CommandTraits } from './commands.ts';

/** What a client asks of Pazpar2, read as Pazpar2 would read it. */
export interface PazparCommand {
  readonly name: CommandName;
  readonly traits: CommandTraits;
  /** Query arguments, then those of a form body, decoded, in order. */
  readonly args: readonly Argument[];
  /** The session value as the client sent it; undefined for commands without a session. */
  readonly session: string | undefined;
  /** A text/xml body, undefined when there is none or it is empty. */
  readonly xml: Buffer | undefined;
  /** Bytes of body that it took to ask, of whichever kind. */
  readonly bodySize: number;
  /** Pazpar2 may hold the answer back. */
  readonly blocks: boolean;
  /** Carries settings, as arguments `name[target]=value` or as a body: a bad one can kill a Pazpar2. */
  readonly configures: boolean;
}

/** The parts of a request that say what is asked. All text is byte strings. */
export interface RequestParts {
  /** Without the leading `?`. */
  readonly query: string;
  readonly form?: string | undefined;
  readonly xml?: Buffer | undefined;
}

/**
 * Reads a request.
 *
 * @throws BalancerError REQUEST_AMBIGUOUS where two readers could disagree; PARAMETER_MISSING without a command or without a
 *   session where one is needed; PARAMETER_MALFORMED for an unknown command. The last two as Pazpar2 does.
 */
export function parseCommand(parts: RequestParts): PazparCommand {
  const inQuery = parseArguments(parts.query);
  const args = parts.form === undefined ? inQuery : [...inQuery, ...parseArguments(parts.form)];
  const name = onlyValue(args, 'command');
  if (name === undefined) throw new BalancerError('PARAMETER_MISSING', 'command');
  if (!isCommandName(name)) throw new BalancerError('PARAMETER_MALFORMED', 'command');
  const traits = COMMANDS[name];
  const xml = parts.xml === undefined || parts.xml.length === 0 ? undefined : parts.xml;
  return {
    name,
    traits,
    args,
    session: traits.needsSession ? requiredSession(args) : undefined,
    xml,
    bodySize: (parts.form ?? parts.xml)?.length ?? 0,
    blocks: mayBlock(traits, args),
    configures: xml !== undefined || args.some(isSetting),
  };
}

/** The same request, answered with what is there instead of waited for. */
export function withoutBlock(command: PazparCommand): PazparCommand {
  return { ...command, args: command.args.filter(({ name }) => name !== 'block'), blocks: false };
}

/** True where `withoutBlock` makes a difference. */
export function asksToBlock(command: PazparCommand): boolean {
  return command.args.some(({ name }) => name === 'block');
}

/** Pazpar2 takes any argument with `[` in its decoded name for a setting; the closing bracket is optional. */
export function isSetting(argument: Argument): boolean {
  return argument.name.includes('[');
}

function requiredSession(args: readonly Argument[]): string {
  const session = onlyValue(args, 'session');
  if (session === undefined) throw new BalancerError('PARAMETER_MISSING', 'session');
  return session;
}

function mayBlock(traits: CommandTraits, args: readonly Argument[]): boolean {
  if (traits.blocks === 'with-block-1') return lastValue(args, 'block') === '1';
  return traits.blocks === 'maybe';
}

/** The one value of an argument that decides where a request goes. Pazpar2 takes the last, most other readers the first. */
function onlyValue(args: readonly Argument[], name: string): string | undefined {
  let found: string | undefined;
  for (const argument of args) {
    if (argument.name !== name) continue;
    if (argument.damaged)
      throw new BalancerError('REQUEST_AMBIGUOUS', `invalid % escape in the value of ${name}`);
    if (found !== undefined && argument.value !== found) {
      throw new BalancerError('REQUEST_AMBIGUOUS', `two different values of ${name}`);
    }
    found = argument.value;
  }
  return found;
}
