import { element } from '../dom.js';

/** Ticks off one of the things to try. */
export function tickOff(step) {
  const item = document.querySelector(`[data-step="${step}"]`);
  if (item === null || item.dataset.done !== undefined) return;
  item.dataset.done = '';
  item.append(element('span', { class: 'visually-hidden' }, ' (done)'));
}

/** Says what runs here, in place of what the page cannot know beforehand. */
export function describeSetting(servers) {
  const simulated = servers.every(({ kind }) => kind !== 'real');
  const legacy = servers.filter(({ kind }) => kind === 'legacy').map(({ route }) => route);
  if (!simulated)
    return `Behind this gateway: ${servers.map(({ route }) => route).join(', ')}, real servers.`;
  return (
    `The ${servers.length} servers and their libraries are simulated, on this machine only. ` +
    `${legacy.join(' and ')} are old ones that do not say who they are; a small proxy before each, the shim, does it for them.`
  );
}

/** The same search as shell commands. */
export function transcript(endpoint) {
  return `url=${endpoint}
session=$(curl -s "$url?command=init" |
  sed -n 's:.*<session>\\(.*\\)</session>.*:\\1:p')
echo "$session"
curl -s "$url?command=search&session=$session&query=history"
curl -s "$url?command=show&session=$session&block=1&num=2"`;
}
