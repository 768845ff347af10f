import { pause } from './pause.js';

const POLL_MS = 700;
const MOST_REQUESTS = 200;

/**
 * What the demo tells of its servers, asked again and again while the page can be seen. Comes as `change` events; `silent` when
 * the demo does not answer any more.
 */
export class DemoStatus extends EventTarget {
  servers = [];
  /** Requests of everybody, the newest first. */
  requests = [];
  /** Those that came with the last answer, the newest first. */
  latest = [];
  #asking;
  #run;

  async follow() {
    for (;;) {
      if (!document.hidden) await this.refresh();
      await pause(POLL_MS);
    }
  }

  /** Asks now. */
  refresh() {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** Kills a server or starts it again. */
  async step(route, step) {
    await fetch(`/demo/servers/${encodeURIComponent(route)}/${step}`, { method: 'POST' }).catch(
      () => undefined,
    );
    await this.refresh();
  }

  async #ask() {
    try {
      const after = this.requests[0]?.number ?? 0;
      const response = await fetch(`/demo/status.json?after=${after}`, { cache: 'no-store' });
      const { run, servers, requests } = await response.json();
      this.servers = servers;
      this.latest = requests.toReversed();
      // A demo that was started anew counts its requests from 1.
      this.requests = run === this.#run ? [...this.latest, ...this.requests].slice(0, MOST_REQUESTS) : [];
      this.#run = run;
      this.dispatchEvent(new Event('change'));
    } catch {
      this.dispatchEvent(new Event('silent'));
    }
  }
}
