import type { Clock } from '../clock.ts';
import { MOST_FIGURES } from '../load/figures.ts';
import { EngineError, quoted } from './engine-error.ts';
import type {
  BalanceRequest,
  EngineRequest,
  FarmStatusRequest,
  FarmUpdateRequest,
  PhysicalStatusRequest,
  PhysicalUpdateRequest,
} from './engine-request.ts';
import type { Farm } from './farm.ts';
import { farmFacts, farmValues } from './farm-facts.ts';
import { checkRanges } from './figure-ranges.ts';
import type { FigureRanges } from './figure-ranges.ts';
import { parseFormat, writeFormat } from './format.ts';
import { physicalFacts, physicalValues, seconds } from './physical-facts.ts';
import type { MirrorPeerSnapshot } from './mirror.ts';
import { Physicals } from './physicals.ts';
import type { Physical, Place } from './physicals.ts';

/** The answer to one request, in both forms. */
export interface EngineAnswer {
  /** Lines without the end of the last. */
  readonly text: string;
  /** The same facts as plain data. */
  readonly json: unknown;
}

/** A request whose arguments are all right: nothing can refuse it any more. */
type Ready = () => EngineAnswer;

const DONE: EngineAnswer = { text: 'ok', json: { ok: true } };
const PHYSICAL_LINE = parseFormat('%h %a %s %u %i');
const FARM_LINE = parseFormat('%f %s %u %i');

/** mod_athena's engine: keeps what physicals push and what operators say, and answers who is to be used. Transport and rights are not its business. */
export class StatisticsEngine {
  /** Hears of every update that was carried out, those of other engines aside. */
  onUpdate: (update: PhysicalUpdateRequest | FarmUpdateRequest) => void = () => undefined;
  /** How it stands with the engines that mirror this one. */
  peers: () => readonly MirrorPeerSnapshot[] = () => [];
  /** What statistics may be. */
  ranges: FigureRanges = {};
  readonly #physicals: Physicals;
  readonly #clock: Clock;
  readonly #startedAt: number;
  #updates = 0;
  #balances = 0;

  /** @param farms the farms of now */
  constructor(farms: () => readonly Farm[], clock: Clock) {
    this.#physicals = new Physicals(farms);
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  /**
   * Carries out requests in their order; all of them, or, when one is wrong, none.
   *
   * @throws EngineError 4xx when one is wrong, 503 when a farm has nobody and no alternative
   */
  execute(requests: readonly EngineRequest[]): EngineAnswer[] {
    const ready = requests.map((request) => this.#prepare(request));
    return ready.map((carryOut) => carryOut());
  }

  /**
   * Takes over what another engine was told.
   *
   * @param age milliseconds since that engine was told it
   * @throws EngineError 4xx when it does not fit here; nothing is changed then
   */
  mirror(update: PhysicalUpdateRequest | FarmUpdateRequest, age: number): void {
    if (update.kind === 'update/phys') this.#updatePhysical(update, age)();
    else this.#updateFarm(update)();
  }

  #prepare(request: EngineRequest): Ready {
    if (request.kind === 'balance') return this.#balance(request);
    if (request.kind === 'status/phys') return this.#physicalStatus(request);
    if (request.kind === 'status/farm') return this.#farmStatus(request);
    if (request.kind === 'status/engine') return () => this.#engineStatus();
    const update =
      request.kind === 'update/phys' ? this.#updatePhysical(request, 0) : this.#updateFarm(request);
    return () => {
      const answer = update();
      this.onUpdate(request);
      return answer;
    };
  }

  #balance({ farm: name, session, format }: BalanceRequest): Ready {
    const farm = this.#physicals.farm(name);
    return () => {
      this.#balances += 1;
      const forward = farm.forwardOf(session);
      if (forward !== undefined) return { text: forward, json: { farm: name, forward } };
      const member = farm.choose(session);
      if (member === undefined) return elsewhere(farm);
      const physical = this.#physicals.physical(member.name);
      const { url: address } = member.settings;
      const json = { farm: name, name: member.name, address, route: member.route };
      if (format === undefined) return { text: member.name, json };
      const facts = physicalFacts(physical, [{ farm, member }], this.#clock.monotonic());
      return { text: writeFormat(format, physicalValues(facts)), json };
    };
  }

  #physicalStatus({ host, farm: name, format = PHYSICAL_LINE }: PhysicalStatusRequest): Ready {
    const farm = name === undefined ? undefined : this.#physicals.farm(name);
    const asked = host === undefined ? [...this.#physicals.all()] : [this.#physicals.physical(host)];
    const found = asked.map((physical) => ({ physical, places: placesIn(physical, farm) }));
    const shown = found.filter(({ places }) => places.length > 0);
    if (host !== undefined && shown.length === 0) {
      throw new EngineError(404, `the physical ${quoted(host)} is not in the farm ${quoted(name ?? '')}`);
    }
    return () => {
      const now = this.#clock.monotonic();
      const facts = shown.map(({ physical, places }) => physicalFacts(physical, places, now));
      const lines = facts.map((fact) => writeFormat(format, physicalValues(fact)));
      return { text: lines.join('\n'), json: host === undefined ? facts : facts[0] };
    };
  }

  #farmStatus({ farm: name, format = FARM_LINE }: FarmStatusRequest): Ready {
    const farms = name === undefined ? this.#physicals.farms() : [this.#physicals.farm(name)];
    return () => {
      const now = this.#clock.monotonic();
      const facts = farms.map((farm) => farmFacts(farm, now));
      const lines = facts.map((fact) => writeFormat(format, farmValues(fact)));
      return { text: lines.join('\n'), json: name === undefined ? facts : facts[0] };
    };
  }

  #engineStatus(): EngineAnswer {
    const json = {
      farms: this.#physicals.farms().length,
      physicals: [...this.#physicals.all()].length,
      updates: this.#updates,
      balances: this.#balances,
      uptime: seconds(this.#clock.monotonic() - this.#startedAt),
    };
    const peers = this.peers();
    const behind = peers.reduce((sum, peer) => sum + peer.behind, 0);
    const mirror = peers.length === 0 ? {} : { peers: peers.length, behind };
    const words = Object.entries({ ...json, uptime: Math.floor(json.uptime), ...mirror });
    const text = words.map(([name, value]) => `${name}=${value}`).join(' ');
    return { text, json: peers.length === 0 ? json : { ...json, peers } };
  }

  #updatePhysical(request: PhysicalUpdateRequest, age: number): Ready {
    const { host, administrative, health, figures } = request;
    const physical = this.#physicals.physical(host);
    checkRanges(figures, this.ranges);
    if (!physical.figures.hasRoomFor(figures.map(([name]) => name))) {
      throw new EngineError(400, `a physical has at most ${MOST_FIGURES} statistics`);
    }
    // An operator's word alone is no sign of life.
    const isHeardOf = figures.length > 0 || (administrative === undefined && health === undefined);
    return () => {
      this.#updates += 1;
      if (isHeardOf) physical.figures.update(figures, this.#clock.monotonic() - age);
      for (const { farm, member } of physical.places) {
        if (administrative !== undefined) switchPlace({ farm, member }, administrative);
        if (health !== undefined) {
          member.state.overrideHealth(health, `set ${health} at the statistics engine`);
        }
        if (isHeardOf) farm.updated(member, age);
      }
      return DONE;
    };
  }

  #updateFarm({ farm: name, administrative, health, forward }: FarmUpdateRequest): Ready {
    const farm = this.#physicals.farm(name);
    return () => {
      this.#updates += 1;
      farm.state.change({ administrative, health, forward });
      return DONE;
    };
  }
}

/** Off leaves a member alone that is off already, which may be in a stricter way. */
function switchPlace({ farm, member }: Place, to: 'on' | 'off'): void {
  const before = member.state.administrative;
  const isStricter = before === 'disabled' || before === 'stopped';
  const state = to === 'on' ? 'enabled' : isStricter ? before : farm.offState;
  if (state !== before) farm.setState(member, state, `set ${to} at the statistics engine`);
}

function elsewhere(farm: Farm): EngineAnswer {
  const { name, forward } = farm;
  if (forward !== undefined) return { text: forward, json: { farm: name, forward } };
  const { administrative, health } = farm.state;
  const reason =
    administrative === 'off' ? 'is off' : health === 'down' ? 'is down' : 'has nobody who can be used';
  throw new EngineError(503, `the farm ${name} ${reason}`, { 'Retry-After': '5' });
}

function placesIn({ places }: Physical, farm: Farm | undefined): readonly Place[] {
  return farm === undefined ? places : places.filter((place) => place.farm === farm);
}
