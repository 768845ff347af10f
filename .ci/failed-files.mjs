// Prints the test files of a results file of Jest (--json --outputFile) in which something failed, one a line.
import { existsSync, readFileSync } from 'node:fs';

const file = process.argv[2];
if (existsSync(file)) {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
  for (const { name, status } of testResults) if (status === 'failed') console.log(name);
}
