export { checkSides } from './check';
export { syncDown } from './down';
export { syncUp } from './up';
export type {
  Control,
  D1Port,
  EdgeNotStarted,
  EdgeOrder,
  EdgePorts,
  EdgeReport,
  Statement,
  StatementResult,
} from './ports';
