import { readdirSync, readFileSync } from 'node:fs';

// Linux shows it in hundredths of a second to every program.
const TICKS_PER_SECOND = 100;

/** Seconds of processor time (user and system) that a process, its children and those of them that have ended have used. Linux only. */
export function cpuTime(pid: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const all = processes.map((name) => readStatistics(Number(name))).filter((one) => one !== undefined);
  const family = new Set([pid]);
  // A child may stand before its parent in the list.
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const one of all) if (family.has(one.parent)) family.add(one.pid);
  }
  return (
    all.filter((one) => family.has(one.pid)).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND
  );
}

interface ProcessStatistics {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/** Fields as in proc(5); the name in brackets may hold blanks. */
function readStatistics(pid: number): ProcessStatistics | undefined {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system, childrenUser, childrenSystem] = [1, 11, 12, 13, 14].map((index) =>
    Number(fields[index]),
  );
  return {
    pid,
    parent: parent ?? 0,
    ticks: (user ?? 0) + (system ?? 0) + (childrenUser ?? 0) + (childrenSystem ?? 0),
  };
}
