// Waits for the addresses in the log of a gateway (first argument), then asks both of its listeners.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const { public: entrance, internal } = await addresses(process.argv[2]);
const ready = await fetch(`http://${internal}/readyz`);
assert.equal(ready.status, 200);
const reply = await fetch(`http://${entrance}/search.pz2?command=init`);
assert.equal(reply.status, 503);
assert.match(await reply.text(), /<error code="2\d\d" msg="[^"]+">/);

async function addresses(log) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const line = readFileSync(log, 'utf8')
      .split('\n')
      .find((text) => text.includes('"listening"'));
    if (line !== undefined) return JSON.parse(line);
    await sleep(100);
  }
  throw new Error('the gateway did not listen within 10 seconds');
}
