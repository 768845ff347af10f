import { describe, expect, test } from '@jest/globals';
import { BalancerError, describeProblem, errorReply, ERRORS, OptionsError } from '../lib/errors.ts';
import type { ErrorCode } from '../lib/errors.ts';
import { ERRORS as PAZPAR_ERRORS } from '../lib/simulator/documents.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];

describe('the table of errors', () => {
  test('uses numbers below 100 only where Pazpar2 itself would say the same', () => {
    const pazpar = new Set(Object.values(PAZPAR_ERRORS).map(([code, message]) => `417 ${code} ${message}`));
    const low = Object.values(ERRORS).filter(({ document }) => document < 200);
    expect(low.map(({ document }) => document)).toEqual([1, 2, 3]);
    for (const { status, document, msg } of low) expect(pazpar).toContain(`${status} ${document} ${msg}`);
  });

  test('gives every error a number of its own', () => {
    const numbers = Object.values(ERRORS).map(({ document }) => document);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('lets clients try again exactly where the status says that it is for now', () => {
    const passing = CODES.filter((code) => ERRORS[code].passes === true);
    expect(passing).toEqual(CODES.filter((code) => [429, 503].includes(ERRORS[code].status)));
  });

  test.each(CODES)('has a reason phrase for %s that fits into a status line', (code) => {
    expect(ERRORS[code].msg).toMatch(/^[A-Z][ -~]*$/);
  });
});

describe('a BalancerError', () => {
  test('says what is wrong and in which detail', () => {
    const error = new BalancerError('PARAMETER_MISSING', 'session');
    expect(error).toMatchObject({
      name: 'BalancerError',
      code: 'PARAMETER_MISSING',
      status: 417,
      detail: 'session',
    });
    expect(error.message).toBe('Missing parameter: session');
  });

  test('needs no detail, and may have a cause', () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.1:9004');
    const error = new BalancerError('MEMBER_UNREACHABLE', '', { cause });
    expect(error.message).toBe('Server not reachable');
    expect(error.cause).toBe(cause);
  });
});

describe('errorReply', () => {
  test('gives status, reason and document of an error', () => {
    expect(errorReply(new BalancerError('SESSION_LOST', '7.pz1'))).toMatchObject({
      status: 417,
      reason: 'Session does not exist or it has expired',
      document: { code: 1, msg: 'Session does not exist or it has expired', detail: '7.pz1' },
      closes: false,
      passes: false,
    });
    expect(errorReply(new BalancerError('BODY_TOO_LARGE', '')).closes).toBe(true);
    expect(errorReply(new BalancerError('MEMBER_FULL', '')).passes).toBe(true);
  });

  test.each([new Error('connect ECONNREFUSED 10.0.0.1:9004'), 'text', undefined, { code: 'SESSION_LOST' }])(
    'shows nothing of %p',
    (error) => {
      expect(errorReply(error)).toMatchObject({
        status: 500,
        reason: 'Internal error of the balancer',
        document: { code: 222, msg: 'Internal error of the balancer', detail: '' },
        closes: false,
        passes: false,
      });
    },
  );

  test('shows nothing of the cause of an error', () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.1:9004');
    const reply = errorReply(new BalancerError('MEMBER_UNREACHABLE', '', { cause }));
    expect(JSON.stringify(reply)).not.toContain('10.0.0.1');
  });
});

describe('an OptionsError', () => {
  test('tells every problem at once', () => {
    const problems = [
      { path: 'listen', value: '"80:80"', message: 'must be host:port' },
      { path: '', value: '', message: 'must be an object' },
    ];
    const error = new OptionsError('gateway options', problems);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ name: 'OptionsError', code: 'ERR_OPTIONS', problems });
    expect(error.message).toBe(
      'gateway options: listen: must be host:port (found "80:80")\nmust be an object',
    );
  });

  test('tells the place in the file where there is one', () => {
    const problem = { path: 'a.b', value: '1', message: 'must be text', line: 4, column: 7 };
    expect(describeProblem(problem)).toBe('line 4, column 7: a.b: must be text (found 1)');
    expect(describeProblem({ path: 'a', value: '', message: 'is missing', line: 4 })).toBe(
      'line 4, column 1: a: is missing',
    );
  });
});
