export { MetaApi, type Fault } from './api';
export { deliveryOf, sendDelivery, signDelivery, type Delivery } from './deliveries';
export { graphTime, type MetaStore, type StoredLead } from './store';
