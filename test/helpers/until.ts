const LIMIT_MS = 8000;

/** Resolves as soon as the condition holds; looks after every turn of the event loop. Rejects before a test's own time limit, after which nobody would stop it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${String(condition)}`);
    await new Promise((resolve) => void setImmediate(resolve));
  }
}
