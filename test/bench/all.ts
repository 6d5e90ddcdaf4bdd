import { backlog, capture } from './capture.ts';
import { drain } from './drain.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { intake } from './intake.ts';
import { outage } from './outage.ts';

/** In the order of the table. */
export const benchmarks: readonly Benchmark[] = [capture, backlog, drain, intake, outage];
