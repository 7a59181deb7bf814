export { CloudflareApi, type Access, type Fault } from './api';
export { D1, type Query } from './d1';
export { LimitExceeded } from './limits';
