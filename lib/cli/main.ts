#!/usr/bin/env node
import { dispatch } from './dispatch.ts';

const { argv, env, stdout, stderr } = process;
process.exitCode = await dispatch(argv.slice(2), { stdout, stderr, environment: env, signals: process });
// A program that was told twice to stop leaves requests behind, which would keep it alive. What it wrote still gets out.
stdout.write('', () => stderr.write('', () => process.exit()));
