export * from './types';
export { defaultMapping } from './default-mapping';
export { domainSpellings } from './link';
export { MappingError, parseMapping, presentRows, readLeadField, twentyFieldOf } from './mapping';
export { MAX_TEXT_LENGTH, normalise, normaliseDomain, normaliseEmail, unstorable } from './normalise';
export { recordSelection } from './selection';
export { recordToSnapshot, recordToValues, type ApiRecord, type ReadOptions } from './to-lead';
export { leadToRecord, type LeadRecord, type LeadToRecordInput } from './to-person';
export { isObject } from './twenty-field';
