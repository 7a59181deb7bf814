export { KnowlarityApi, type Fault } from './api';
export { sendPush, type Manner } from './pushes';
export { accountTime, type KnowlarityStore, type StoredCall } from './store';
