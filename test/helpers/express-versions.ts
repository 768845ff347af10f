import { createRequire } from 'node:module';
import express from 'express';

/** Express 4, which has no types of its own, but the same calls as far as tests need them. */
export const express4 = createRequire(import.meta.url)('express4') as Express;

export type Express = typeof express;

/** The Express versions that applications use, by name. */
export const EXPRESS_VERSIONS: readonly (readonly [name: string, express: Express])[] = [
  ['Express 5', express],
  ['Express 4', express4],
];
