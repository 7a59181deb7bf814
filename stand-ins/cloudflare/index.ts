export { CloudflareApi, type Access, type Fault } from './api';
export { D1 } from './d1';
export type { Query } from './limits';
export { LimitExceeded } from './limits';
