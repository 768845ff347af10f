const LIMIT_MS = 8000;
const LONGEST_PAUSE_MS = 20;

/**
 * Resolves as soon as the condition holds. Looks after every turn of the event loop at first, ever less often then, so that a condition
 * which asks a server does not run into the server's rate limits. Rejects before a test's own time limit, after which nobody would stop it.
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await condition())) {
    const waited = performance.now() - began;
    if (waited > LIMIT_MS) throw new Error(`waited in vain until ${String(condition)}`);
    await pause(Math.min(LONGEST_PAUSE_MS, Math.floor(waited / 10)));
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds === 0) setImmediate(resolve);
    else setTimeout(resolve, milliseconds);
  });
}
