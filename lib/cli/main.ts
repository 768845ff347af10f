#!/usr/bin/env node
import { dispatch } from './dispatch.ts';

const { argv, env, stdout, stderr } = process;
process.exitCode = await dispatch(argv.slice(2), { stdout, stderr, environment: env, signals: process });
