import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import type { FigureSource, SourcedFigures } from './figure-source.ts';

/** What the system says of the machine: load averages, CPUs that this process may use, memory and disk in bytes. */
export class MachineFigures implements FigureSource {
  readonly #disk: string;

  /** @param disk a path on the file system whose room counts */
  constructor(disk = '/') {
    this.#disk = disk;
  }

  async read(): Promise<SourcedFigures> {
    const [load1 = 0, load5 = 0, load15 = 0] = loadavg();
    const machine = {
      load1,
      load5,
      load15,
      cpus: availableParallelism(),
      memory_free: freemem(),
      memory_total: totalmem(),
    };
    try {
      const { bavail, blocks, bsize } = await statfs(this.#disk);
      return { figures: { ...machine, disk_free: bavail * bsize, disk_total: blocks * bsize } };
    } catch (error) {
      return { figures: machine, problem: `the disk of ${this.#disk} cannot be read: ${String(error)}` };
    }
  }
}
