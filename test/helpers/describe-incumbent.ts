import { describeWithProgram } from './debian-program.ts';
import type { Incumbent } from './incumbents.ts';

/** Tests behind or beside another balancer, see `describeWithProgram`. */
export function describeIncumbent(name: Incumbent, tests: () => void): void {
  describeWithProgram('behind or beside', { name, debianPackage: name }, tests);
}
