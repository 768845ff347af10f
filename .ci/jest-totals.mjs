// Prints "PASSED FAILED" of a results file of Jest (--json --outputFile). What was skipped or could not start has failed.
import { readFileSync } from 'node:fs';

const results = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const skipped = results.numPendingTests + results.numTodoTests;
const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + skipped;
console.log(results.numPassedTests, failed);
