import { ask, PazparError } from './ask.js';
import { readInit } from './replies.js';

/** Lets visitors in, one after the other: each begins a session, searches and leaves. Who is turned away just leaves. */
export async function sendVisitors(count, query) {
  for (let visitor = 0; visitor < count; visitor++) {
    try {
      const { session } = readInit(await ask('init', {}));
      await ask('search', { session, query });
    } catch (error) {
      if (!(error instanceof PazparError)) throw error;
    }
  }
}
