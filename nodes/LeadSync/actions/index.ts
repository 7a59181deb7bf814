import { assign } from './assign.operation';
import { check } from './check.operation';
import { drain } from './drain.operation';
import { mergeDuplicate } from './mergeDuplicate.operation';
import { preview } from './preview.operation';
import { pull } from './pull.operation';
import { pullActivities } from './pullActivities.operation';
import { push } from './push.operation';
import { reconcile } from './reconcile.operation';
import type { Operation } from './whole-run';

export const operations: Record<string, Operation> = {
  pull,
  drain,
  push,
  reconcile,
  pullActivities,
  assign,
  preview,
  check,
  mergeDuplicate,
};
