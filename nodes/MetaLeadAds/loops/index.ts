export { drain } from './drain';
export { poll } from './poll';
export { SOURCE, type DrainOrder, type IntakePorts, type PollOrder } from './ports';
