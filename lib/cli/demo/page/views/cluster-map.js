import { byId, element, reconcile, setAttribute, setText } from '../dom.js';
import { colorOf } from '../server-colors.js';
import { sessionChip } from './server-chip.js';

const SVG = 'http://www.w3.org/2000/svg';
const MOST_DOTS = 12;
const KINDS = { identified: 'has a server id', legacy: 'legacy, behind a shim', real: 'real server' };
const stillness = matchMedia('(prefers-reduced-motion: reduce)');

/** The servers, what they do, and the ways from the gateway to them. */
export class ClusterMap {
  #servers = byId('servers');
  #sessions = byId('map-sessions');
  #lines = byId('map-lines');
  #onStep;

  /** @param {(route: string, step: 'kill' | 'restart') => void} onStep a button was pressed */
  constructor(onStep) {
    this.#onStep = onStep;
  }

  /**
   * @param servers as the demo tells of them
   * @param sessions the page's own
   * @param current the session that is looked at
   */
  update(servers, sessions, current) {
    const held = servers.map((server) => ({
      server,
      own: sessions.filter(({ route }) => route === server.route),
      isCurrent: current?.route === server.route,
    }));
    reconcile(this.#servers, held, {
      key: ({ server }) => server.route,
      create: ({ server }) => this.#createServer(server),
      update: updateServer,
    });
    reconcile(this.#sessions, sessions, {
      key: ({ letter }) => letter,
      create: sessionChip,
      update: (chip, { route }) => setAttribute(chip, 'data-color', colorOf(route)),
    });
    this.#draw(held);
  }

  /** Lets the ways light up on which requests went. */
  pulse(routes) {
    if (stillness.matches) return;
    for (const route of new Set(routes)) {
      const line = this.#lines.querySelector(`[data-route="${CSS.escape(route)}"]`);
      line?.animate([{ strokeDashoffset: 24 }, { strokeDashoffset: 0 }], { duration: 600 });
      line?.animate([{ strokeWidth: 5 }, {}], { duration: 600 });
    }
  }

  #createServer({ route, kind, running }) {
    const press = () => this.#onStep(route, button.dataset.step);
    const button = element('button', { type: 'button', class: 'kill', on: { click: press } });
    return element(
      'li',
      { class: 'server', 'data-color': colorOf(route) },
      element(
        'div',
        { class: 'server-head' },
        element('strong', { class: 'server-name' }, route),
        element('span', { class: 'server-kind' }, KINDS[kind] ?? ''),
      ),
      element(
        'div',
        { class: 'server-load' },
        element('span', { class: 'chips' }),
        element('span', { class: 'facts' }),
      ),
      ...(running === null ? [] : [button]),
    );
  }

  #draw(held) {
    setAttribute(this.#lines, 'viewBox', `0 0 100 ${held.length * 100}`);
    const middle = held.length * 50;
    held.forEach(({ server, own, isCurrent }, place) => {
      const line =
        this.#lines.children[place] ?? this.#lines.appendChild(document.createElementNS(SVG, 'path'));
      const end = place * 100 + 50;
      setAttribute(line, 'd', `M0 ${middle}C60 ${middle} 40 ${end} 100 ${end}`);
      setAttribute(line, 'data-route', server.route);
      setAttribute(line, 'data-color', colorOf(server.route));
      setAttribute(line, 'data-own', String(own.length > 0));
      setAttribute(line, 'data-current', String(isCurrent));
      setAttribute(line, 'data-dead', String(server.running === false));
    });
  }
}

function updateServer(card, { server, own, isCurrent }) {
  setAttribute(card, 'data-dead', String(server.running === false));
  setAttribute(card, 'data-current', String(isCurrent));
  const others = Math.max(0, server.sessions - own.length);
  const marks = [...own, ...Array.from({ length: Math.min(others, MOST_DOTS) }, (_, place) => ({ place }))];
  reconcile(card.querySelector('.chips'), marks, {
    key: ({ letter, place }) => letter ?? `dot ${place}`,
    create: (mark) => (mark.letter === undefined ? element('span', { class: 'dot' }) : sessionChip(mark)),
    update: () => undefined,
  });
  setText(card.querySelector('.facts'), factsOf(server));
  const button = card.querySelector('button');
  if (button === null) return;
  setText(button, server.running ? `Kill ${server.route}` : `Start ${server.route}`);
  button.dataset.step = server.running ? 'kill' : 'restart';
}

function factsOf({ running, sessions, requests, busy, restsFor }) {
  if (running === false) return 'dead; its sessions are gone';
  const facts = [count(sessions, 'session'), count(requests, 'request')];
  if (busy > 0) facts.push(`${busy} under way`);
  if (restsFor > 0) facts.push(`new sessions again in ${Math.ceil(restsFor / 1000)} s`);
  return facts.join(' · ');
}

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
