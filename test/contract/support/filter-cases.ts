import type { JsonObject, Target } from './target';

export interface Group {
  label: string;
  companyName: string;
  ids: Record<string, string>;
}

/** Four people of one label: Ann and Bob work at a company, Cleo has no job title, Dan is in the bin. */
async function makeGroup(target: Target): Promise<Group> {
  const label = target.unique('f');
  const companyName = `${label} works`;
  const { id: companyId } = await target.make('companies', { name: companyName });
  const fields: Record<string, JsonObject> = {
    ann: { jobTitle: 'Water Engineer', companyId, createdAt: '2020-01-01T00:00:00.000Z' },
    bob: { jobTitle: 'Analyst, senior', companyId, createdAt: '2021-01-01T00:00:00.500900Z' },
    cleo: { jobTitle: '', createdAt: '2022-01-01T00:00:00.000Z' },
    dan: { jobTitle: 'Engineer', createdAt: '2023-01-01T00:00:00.000Z' },
  };
  const ids: Record<string, string> = {};
  for (const [firstName, more] of Object.entries(fields)) {
    const emails = { primaryEmail: `${firstName}.${label}@example.test` };
    const { id } = await target.make('people', { name: { firstName, lastName: label }, emails, ...more });
    ids[firstName] = id;
  }
  await target.rest('DELETE', `people/${ids.dan}?soft_delete=true`);
  return { label, companyName, ids };
}

const groups = new WeakMap<Target, Promise<Group>>();

/** The group of a target, made once. */
export function sharedGroup(target: Target): Promise<Group> {
  const known = groups.get(target) ?? makeGroup(target);
  groups.set(target, known);
  return known;
}

export interface FilterCase {
  name: string;
  rest: (group: Group) => string;
  graphql: (group: Group) => object;
  finds: string[];
}

const mail = (name: string, { label }: Group): string => `${name}.${label}@example.test`;

export const FILTERS: FilterCase[] = [
  {
    name: 'eq on a text',
    rest: () => 'jobTitle[eq]:"Water Engineer"',
    graphql: () => ({ jobTitle: { eq: 'Water Engineer' } }),
    finds: ['ann'],
  },
  {
    name: 'eq on a text with a comma',
    rest: () => 'jobTitle[eq]:"Analyst, senior"',
    graphql: () => ({ jobTitle: { eq: 'Analyst, senior' } }),
    finds: ['bob'],
  },
  {
    name: 'eq minds case',
    rest: () => 'jobTitle[eq]:"water engineer"',
    graphql: () => ({ jobTitle: { eq: 'water engineer' } }),
    finds: [],
  },
  {
    name: 'ilike does not mind case',
    rest: () => 'jobTitle[ilike]:"%ENGINEER%"',
    graphql: () => ({ jobTitle: { ilike: '%ENGINEER%' } }),
    finds: ['ann'],
  },
  {
    name: 'like minds case',
    rest: () => 'jobTitle[like]:"%engineer"',
    graphql: () => ({ jobTitle: { like: '%engineer' } }),
    finds: [],
  },
  {
    name: 'like with an open end',
    rest: () => 'jobTitle[like]:"Water%"',
    graphql: () => ({ jobTitle: { like: 'Water%' } }),
    finds: ['ann'],
  },
  {
    name: 'startsWith',
    rest: () => 'jobTitle[startsWith]:"Analyst"',
    graphql: () => ({ jobTitle: { startsWith: 'Analyst' } }),
    finds: ['bob'],
  },
  {
    name: 'in on a part of a composite',
    rest: (group) => `emails.primaryEmail[in]:["${mail('ann', group)}","${mail('cleo', group)}"]`,
    graphql: (group) => ({ emails: { primaryEmail: { in: [mail('ann', group), mail('cleo', group)] } } }),
    finds: ['ann', 'cleo'],
  },
  {
    name: 'eq on a part of a composite',
    rest: (group) => `emails.primaryEmail[eq]:"${mail('bob', group)}"`,
    graphql: (group) => ({ emails: { primaryEmail: { eq: mail('bob', group) } } }),
    finds: ['bob'],
  },
  {
    name: 'an email in capitals finds nobody',
    rest: (group) => `emails.primaryEmail[eq]:"${mail('bob', group).toUpperCase()}"`,
    graphql: (group) => ({ emails: { primaryEmail: { eq: mail('bob', group).toUpperCase() } } }),
    finds: [],
  },
  {
    name: 'eq on the id',
    rest: ({ ids }) => `id[eq]:"${ids.cleo}"`,
    graphql: ({ ids }) => ({ id: { eq: ids.cleo } }),
    finds: ['cleo'],
  },
  {
    name: 'in on the id',
    rest: ({ ids }) => `id[in]:["${ids.ann}","${ids.bob}"]`,
    graphql: ({ ids }) => ({ id: { in: [ids.ann, ids.bob] } }),
    finds: ['ann', 'bob'],
  },
  {
    name: 'is NULL finds a blank text',
    rest: () => 'jobTitle[is]:NULL',
    graphql: () => ({ jobTitle: { is: 'NULL' } }),
    finds: ['cleo'],
  },
  {
    name: 'not',
    rest: () => 'not(jobTitle[is]:NULL)',
    graphql: () => ({ not: { jobTitle: { is: 'NULL' } } }),
    finds: ['ann', 'bob'],
  },
  {
    name: 'or',
    rest: () => 'or(jobTitle[ilike]:"%engineer%",jobTitle[is]:NULL)',
    graphql: () => ({ or: [{ jobTitle: { ilike: '%engineer%' } }, { jobTitle: { is: 'NULL' } }] }),
    finds: ['ann', 'cleo'],
  },
  {
    name: 'and',
    rest: () => 'and(jobTitle[ilike]:"%e%",createdAt[gte]:"2020-06-01T00:00:00Z")',
    graphql: () => ({ and: [{ jobTitle: { ilike: '%e%' } }, { createdAt: { gte: '2020-06-01T00:00:00Z' } }] }),
    finds: ['bob'],
  },
  {
    name: 'gte on a time',
    rest: () => 'createdAt[gte]:"2021-01-01T00:00:00.500Z"',
    graphql: () => ({ createdAt: { gte: '2021-01-01T00:00:00.500Z' } }),
    finds: ['bob', 'cleo'],
  },
  {
    name: 'gt on a time leaves out the rest of its millisecond',
    rest: () => 'createdAt[gt]:"2021-01-01T00:00:00.500Z"',
    graphql: () => ({ createdAt: { gt: '2021-01-01T00:00:00.500Z' } }),
    finds: ['cleo'],
  },
  {
    name: 'lt on a time',
    rest: () => 'createdAt[lt]:"2021-01-01T00:00:00.500Z"',
    graphql: () => ({ createdAt: { lt: '2021-01-01T00:00:00.500Z' } }),
    finds: ['ann'],
  },
  {
    name: 'eq on a time forgets its microseconds',
    rest: () => 'createdAt[eq]:"2021-01-01T00:00:00.500Z"',
    graphql: () => ({ createdAt: { eq: '2021-01-01T00:00:00.500Z' } }),
    finds: ['bob'],
  },
  {
    name: 'a field of the related company',
    rest: ({ companyName }) => `company.name[eq]:"${companyName}"`,
    graphql: ({ companyName }) => ({ company: { name: { eq: companyName } } }),
    finds: ['ann', 'bob'],
  },
  {
    name: 'a relation that is not set',
    rest: () => 'companyId[is]:NULL',
    graphql: () => ({ companyId: { is: 'NULL' } }),
    finds: ['cleo'],
  },
  {
    name: 'deletedAt NOT_NULL shows the bin alone',
    rest: () => 'deletedAt[is]:NOT_NULL',
    graphql: () => ({ deletedAt: { is: 'NOT_NULL' } }),
    finds: ['dan'],
  },
  {
    name: 'deletedAt by time shows the bin alone',
    rest: () => 'deletedAt[gte]:"2020-01-01T00:00:00Z"',
    graphql: () => ({ deletedAt: { gte: '2020-01-01T00:00:00Z' } }),
    finds: ['dan'],
  },
  {
    name: 'deletedAt NULL or NOT_NULL shows the living and the bin',
    rest: () => 'or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL)',
    graphql: () => ({ or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }] }),
    finds: ['ann', 'bob', 'cleo', 'dan'],
  },
];
