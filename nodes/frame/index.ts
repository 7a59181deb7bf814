export { allTogether, chosenBy, eachItem, type Output } from './each-item';
export { countField, DEFAULT_LIMIT, jsonField, manyFields, noticeField, optionsField } from './fields';
export { frame } from './frame';
export { hint } from './hints';
export { byKey, bySize, inBatches, type Outcome, type ReadItem } from './in-batches';
export type { Item } from './item';
export type { NodeRun } from './node-run';
export type { Execute, Operation, Resource } from './operation';
export { timeOf } from './time';
