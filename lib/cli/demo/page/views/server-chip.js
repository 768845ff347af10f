import { element, setAttribute, setText } from '../dom.js';
import { colorOf } from '../server-colors.js';

/** A server's name in its colour. */
export function serverChip(route) {
  return element('span', { class: 'server-chip', 'data-color': colorOf(route) }, route);
}

/** Brings the chip of a server up to date. */
export function updateServerChip(chip, route) {
  setAttribute(chip, 'data-color', colorOf(route));
  setText(chip, route);
}

/** A session's letter, in the colour of its server. */
export function sessionChip({ letter, route }) {
  return element('span', { class: 'session-chip', 'data-color': colorOf(route) }, letter);
}
