import { createRequire } from 'node:module';
import type express from 'express';

/** Express 4, which has no types of its own; what the tests use of it has the form of Express 5. */
export const express4: typeof express = createRequire(import.meta.url)('express4');
