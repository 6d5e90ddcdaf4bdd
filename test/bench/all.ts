import { audit } from './audit.ts';
import { backlog, capture } from './capture.ts';
import { drain } from './drain.ts';
import { firstPaint } from './first-paint.ts';
import { flood } from './flood.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { intake } from './intake.ts';
import { memory } from './memory.ts';
import { online } from './online.ts';
import { opening } from './opening.ts';
import { outage } from './outage.ts';
import { slowLink } from './slow-link.ts';
import { start } from './start.ts';
import { tapBenchmark } from './tap.ts';

/** In the order of the table. */
export const benchmarks: readonly Benchmark[] = [
  capture,
  backlog,
  drain,
  intake,
  online,
  flood,
  opening,
  outage,
  slowLink,
  start,
  memory,
  tapBenchmark,
  firstPaint,
  audit,
];
