/**
 * A program that is the gateway of the soak: the product's own, with a clock that counts its timers, and a choice of transport.
 * Its order comes as JSON in the first argument; it answers messages `measure` and `reload`, and ends in peace with its parent.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '../../lib/cli/logger.ts';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { Gateway } from '../../lib/gateway/gateway.ts';
import type { Logger } from '../../lib/observability/logger.ts';
import { CountingClock } from './counting-clock.ts';
import type { GatewayOrder, Measurement } from './measurement.ts';
import { TRANSPORTS } from './transports.ts';

const order = JSON.parse(process.argv[2] ?? '') as GatewayOrder;
const clock = new CountingClock();
const complaints: string[] = [];
const verdicts: Record<string, number> = {};
let logBytes = 0;

process.on('warning', (warning) => complaints.push(`warning: ${warning.stack ?? warning.message}`));
process.on('unhandledRejection', (reason) => complaints.push(`unhandled rejection: ${String(reason)}`));
process.on('uncaughtException', (error) =>
  complaints.push(`uncaught exception: ${error.stack ?? error.message}`),
);

const log = createLogger('info', {
  stdout: { write: (line: string) => (logBytes += line.length) },
  stderr: process.stderr,
});
const gateway = new Gateway(checkGatewayOptions(options(false)), {
  logger: countingLogger(log.logger),
  clock,
  createTransport: TRANSPORTS[order.transport](clock),
});
await gateway.start();
process.on('message', (message) => void answer(message));
process.on('disconnect', () => void gateway.stop().then(() => process.exit()));
process.send?.({ address: gateway.addresses.public });

async function answer(message: unknown): Promise<void> {
  if (message === 'reload') {
    gateway.apply(checkGatewayOptions(options(true)));
    gateway.apply(checkGatewayOptions(options(false)));
  }
  process.send?.(await measure());
}

async function measure(): Promise<Measurement> {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await pause(20);
  }
  const { heapUsed, rss, external } = process.memoryUsage();
  const [cluster] = gateway.snapshot();
  const members = cluster?.members ?? [];
  const sum = (figure: (member: (typeof members)[number]) => number): number =>
    members.reduce((total, member) => total + figure(member), 0);
  return {
    memory: { heapUsed, rss, external },
    inUse: {
      busy: sum(({ busy }) => busy),
      inLanes: sum(({ blocking, quick }) => blocking.inFlight + quick.inFlight),
      waiting: sum(({ blocking, quick }) => blocking.waiting + quick.waiting) + (cluster?.waitingInits ?? 0),
      memberConnections: sum(({ connections }) => connections),
      sessions: cluster?.sessions ?? 0,
      timers: clock.running,
      processListeners: process.eventNames().reduce((total, name) => total + process.listenerCount(name), 0),
      ...activeResources(),
    },
    verdicts: { ...verdicts },
    complaints: [...complaints],
    logBytes,
  };
}

/** What keeps the process alive, by its kind: sockets, listeners, timers that are not the clock's. */
function activeResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** A reload changes a limit and back, so that every way to a member is replaced under its running requests. */
function options(changed: boolean): GatewayOptions {
  const common = {
    path: '/search.pz2',
    members: order.members,
    retry: '500ms',
    connectTimeout: changed ? '4s' : '5s',
    replyTimeout: '3s',
    retryPause: '20ms',
    keepAliveTimeout: '1s',
  } as const;
  const soak =
    order.transport === 'http'
      ? ({ ...common, protocol: 'http', stickySession: 'session', outliers: 'off' } as const)
      : { ...common, ...pazparOptions() };
  return { listen: '127.0.0.1:0', clusters: { soak } };
}

function pazparOptions() {
  const much = { perSecond: 1_000_000, burst: 1_000_000 };
  return {
    blockingReplyTimeout: '3s',
    sessionTimeout: '9s',
    maxBlocking: 100,
    maxQuick: 40,
    limits: {
      perAddress: { init: much, search: much, other: much },
      perSession: { search: much, other: much },
    },
  } as const;
}

function count(fields: object): void {
  if ('verdict' in fields) verdicts[String(fields.verdict)] = (verdicts[String(fields.verdict)] ?? 0) + 1;
  if ('code' in fields && fields.code === 'INTERNAL') {
    complaints.push(`internal error: ${JSON.stringify(fields)}`);
  }
}

function countingLogger(logger: Logger): Logger {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => {
      count(fields);
      logger.info(fields, message);
    },
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => {
      count(fields);
      logger.error(fields, message);
    },
  };
}
