// Prints "PASSED FAILED" of a results file of Jest (--json --outputFile). What was skipped or could not start has failed,
// and so has a run that wrote no results.
import { existsSync, readFileSync } from 'node:fs';

console.log(...totalsOf(process.argv[2]));

function totalsOf(file) {
  if (!existsSync(file)) return [0, 1];
  const results = JSON.parse(readFileSync(file, 'utf8'));
  const skipped = results.numPendingTests + results.numTodoTests;
  return [results.numPassedTests, results.numFailedTests + results.numRuntimeErrorTestSuites + skipped];
}
