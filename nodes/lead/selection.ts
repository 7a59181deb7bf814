import { presentRows, twentyFieldOf } from './mapping';
import { companyFieldSelection, compositeSelection } from './twenty-field';
import type { FieldMapping } from './types';

/** Read with a company, whatever the mapping names, so that pushes can match by both. */
const COMPANY_ALWAYS = ['id', 'name', 'domainName{primaryLinkUrl}'];

/**
 * The GraphQL selection of a record's fields that the mapping needs, composites whole.
 * @param missing Twenty fields that the workspace lacks; Twenty would answer `null` for them without an error
 * @returns what goes between the braces of `node{…}`
 */
export function recordSelection(mapping: FieldMapping[], missing: readonly string[] = []): string {
  const fields = new Set(['id', 'createdAt', 'updatedAt', 'deletedAt']);
  const company = new Set<string>();
  for (const row of presentRows(mapping, missing)) {
    const field = twentyFieldOf(row);
    if (field.place === 'plain') fields.add(field.root);
    else if (field.place !== 'company') fields.add(field.root + compositeSelection(field.blank));
    else company.add(companyFieldSelection(field.path));
  }
  if (company.size > 0) {
    fields.add('companyId');
    fields.add(`company{${[...new Set([...COMPANY_ALWAYS, ...company])].join(' ')}}`);
  }
  return [...fields].join(' ');
}
