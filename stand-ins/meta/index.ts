export { MetaApi, type Fault } from './api';
export { deliveryOf, signDelivery, type Delivery } from './deliveries';
export { graphTime, type MetaStore, type StoredLead } from './store';
