import camelCase from 'lodash/camelCase';
import upperFirst from 'lodash/upperFirst';
import type { ObjectNames } from './metadata';

/** A GraphQL document and the name of its one root field, under which the answer's value stands. */
export interface Document {
  root: string;
  document: string;
}

/** Finds records: `$filter`, `$orderBy`, `$first`, `$after`. Selects `edges{node{…}}` and the page's end. */
export function findManyDocument(object: ObjectNames, selection: string): Document {
  const root = camelCase(object.namePlural);
  const type = pascalCase(object.nameSingular);
  return {
    root,
    document:
      `query($filter:${type}FilterInput,$orderBy:[${type}OrderByInput],$first:Int,$after:String){` +
      `${root}(filter:$filter,orderBy:$orderBy,first:$first,after:$after){` +
      `edges{node{${selection}}} pageInfo{hasNextPage endCursor}}}`,
  };
}

/** Counts the records that `$filter` finds, and what else of them is asked for: aggregates, for which Twenty reads no record. */
export function summaryDocument(object: ObjectNames, aggregates: string): Document {
  const root = camelCase(object.namePlural);
  const type = pascalCase(object.nameSingular);
  return { root, document: `query($filter:${type}FilterInput){${root}(filter:$filter){${aggregates}}}` };
}

/** Creates the records `$data`; with `upsert`, those whose id or unique value exists are updated instead. */
export function createManyDocument(object: ObjectNames, selection: string, upsert: boolean): Document {
  const root = `create${pascalCase(object.namePlural)}`;
  const type = pascalCase(object.nameSingular);
  const flag = upsert ? ',upsert:true' : '';
  return {
    root,
    document: `mutation($data:[${type}CreateInput!]!){${root}(data:$data${flag}){${selection}}}`,
  };
}

/** Changes all records that `$filter` finds to `$data`, alike; answers with those that it found. */
export function updateManyDocument(object: ObjectNames, selection: string): Document {
  const root = `update${pascalCase(object.namePlural)}`;
  const type = pascalCase(object.nameSingular);
  return {
    root,
    document: `mutation($filter:${type}FilterInput!,$data:${type}UpdateInput!){${root}(filter:$filter,data:$data){${selection}}}`,
  };
}

/** Merges the records `$ids` into the first one, which wins where both have a value; the others are destroyed. */
export function mergeManyDocument(object: ObjectNames): Document {
  const root = `merge${pascalCase(object.namePlural)}`;
  return {
    root,
    document: `mutation($ids:[UUID!]!){${root}(ids:$ids,conflictPriorityIndex:0,dryRun:false){id}}`,
  };
}

export type FilteredMutation = 'delete' | 'destroy' | 'restore';

/** Deletes (softly), destroys or restores the records that `$filter` finds. */
export function filteredMutationDocument(verb: FilteredMutation, object: ObjectNames, selection: string): Document {
  const root = `${verb}${pascalCase(object.namePlural)}`;
  const type = pascalCase(object.nameSingular);
  return { root, document: `mutation($filter:${type}FilterInput!){${root}(filter:$filter){${selection}}}` };
}

/**
 * GraphQL calls an object otherwise than REST does where its API name has digits: Twenty makes the names of types and root
 * fields with lodash, so that `b2bleads` is `b2Bleads` there, and `lead2s` is created by `createLead2S` (seen on 2.22).
 */
function pascalCase(name: string): string {
  return upperFirst(camelCase(name));
}
