const COLORS = 6;
const places = new Map();

/** Servers keep their colours in the order in which they are first heard of. */
export function learnServers(routes) {
  for (const route of routes) if (!places.has(route)) places.set(route, places.size);
}

/** Number of a server's colour, for `data-color`; undefined for a server that nobody knows. */
export function colorOf(route) {
  const place = places.get(route);
  return place === undefined ? undefined : place % COLORS;
}
