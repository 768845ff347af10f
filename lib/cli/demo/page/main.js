import { SEARCH_PATH } from './client/ask.js';
import { DemoStatus } from './client/demo-status.js';
import { SearchRequest } from './client/search-request.js';
import { SearchSession } from './client/search-session.js';
import { sendVisitors } from './client/visitors.js';
import { byId, element, setAttribute, setText } from './dom.js';
import { learnServers } from './server-colors.js';
import { ClusterMap } from './views/cluster-map.js';
import { updateFacets, updateLimits } from './views/facets.js';
import { describeSetting, tickOff, transcript } from './views/guide.js';
import { updateHits } from './views/hits.js';
import { updateNotices } from './views/notices.js';
import { progressText, updateProgress } from './views/progress.js';
import { updateRequestLog } from './views/request-log.js';
import { updateSessionBar } from './views/session-bar.js';

const LETTERS = 'ABCDEF';
const VISITORS = 12;
const SUGGESTIONS = ['history', 'computer', 'oceans', 'poetry', 'observatories'];

const status = new DemoStatus();
const sessions = [];
let current;

const map = new ClusterMap((route, step) => {
  if (step === 'kill' && current?.route === route) tickOff('kill');
  announce(step === 'kill' ? `${route} is killed.` : `${route} is started again.`);
  void status.step(route, step);
});

function announce(text) {
  setText(byId('announcements'), text);
}

function drawCurrent() {
  updateSessionBar(sessions, current, choose);
  updateNotices(current, () => void current.search(current.request));
  byId('results').hidden = current.request === undefined;
  if (current.request !== undefined) {
    updateProgress(current);
    updateLimits(current);
    updateFacets(current);
    updateHits(current);
  }
  drawMap();
}

function drawMap() {
  map.update(status.servers, sessions, current);
}

function choose(session) {
  current = session;
  byId('query').value = session.request?.query ?? '';
  drawCurrent();
}

function openSession() {
  const queryBefore = current?.request?.query;
  const session = new SearchSession(LETTERS[sessions.length]);
  sessions.push(session);
  byId('open-session').hidden = sessions.length === LETTERS.length;
  session.addEventListener('change', () => (session === current ? drawCurrent() : drawAround()));
  session.addEventListener('opened', () => {
    announce(`Session ${session.letter} is served by ${session.route}.`);
    void status.refresh();
    if (session.request === undefined && queryBefore !== undefined) search(session, queryBefore);
  });
  tellNews(session);
  choose(session);
  void session.open();
}

/** What matters of a session is read out, also of one that is not looked at. */
function tellNews(session) {
  const { letter } = session;
  const news = {
    finished: () => progressText(session),
    lost: () => `was lost: ${session.loss.error.message}`,
    recovered: () => `goes on at ${session.route}, and its search is repeated.`,
  };
  for (const [event, text] of Object.entries(news)) {
    session.addEventListener(event, () => announce(`Session ${letter}: ${text()}`));
  }
}

/** Something changed about a session that is not looked at. */
function drawAround() {
  updateSessionBar(sessions, current, choose);
  drawMap();
}

function search(session, query) {
  if (session === current) byId('query').value = query;
  tickOff('search');
  void session.search(new SearchRequest(query));
}

/** A server that died does not tell its clients, so the page asks for those of its sessions that lived there. */
function askForLostSessions() {
  const dead = new Set(status.servers.filter(({ running }) => running === false).map(({ route }) => route));
  for (const session of sessions) if (dead.has(session.route)) void session.check();
}

function followStatus() {
  status.addEventListener('change', () => {
    byId('alarm').replaceChildren();
    learnServers(status.servers.map(({ route }) => route));
    setText(byId('setting'), describeSetting(status.servers));
    updateRequestLog(status.requests);
    drawMap();
    map.pulse(status.latest.map(({ route }) => route).filter(Boolean));
    askForLostSessions();
  });
  status.addEventListener('silent', () => {
    if (byId('alarm').childElementCount > 0) return;
    byId('alarm').append(
      element('p', { class: 'alarm' }, 'The demo does not answer. Does it still run in the terminal?'),
    );
  });
}

/** Where there is little room, the terms are folded away until somebody wants them. */
function foldFacets() {
  const narrow = matchMedia('(max-width: 40rem)');
  const fold = () => setAttribute(byId('narrow'), 'open', !narrow.matches);
  narrow.addEventListener('change', fold);
  fold();
}

function listenToPeople() {
  byId('search-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const query = byId('query').value.trim();
    if (query !== '') search(current, query);
  });
  byId('open-session').addEventListener('click', () => {
    tickOff('second');
    byId('query').focus();
    openSession();
  });
  byId('visitors').addEventListener('click', () => void sendVisitors(VISITORS, SUGGESTIONS[0]));
  byId('suggestions').append(
    'Try ',
    ...SUGGESTIONS.flatMap((word, place) => [place === 0 ? '' : ' ', suggestion(word)]),
  );
}

function suggestion(word) {
  const use = () => search(current, word);
  return element('button', { type: 'button', class: 'suggestion', on: { click: use } }, word);
}

setText(byId('transcript'), transcript(`${location.origin}${SEARCH_PATH}`));
foldFacets();
listenToPeople();
followStatus();
await status.refresh();
void status.follow();
openSession();
