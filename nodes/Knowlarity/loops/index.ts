export { poll } from './poll';
export type { IntakePorts, PollOrder } from './ports';
