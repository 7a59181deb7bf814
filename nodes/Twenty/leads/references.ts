import type { FieldMapping } from '../../lead';
import { findHolders } from '../records/holders';
import type { TwentyClient } from '../transport/client';
import { settled } from '../transport/failures';
import { columnName, readObject } from '../transport/metadata';
import type { LeadDraft } from './drafts';
import type { LeadScope } from './scope';

/** The objects of relations that are not called like them; the metadata does not say what a relation points at. */
const TARGETS: Readonly<Record<string, string>> = {
  pointOfContact: 'person',
  owner: 'workspaceMember',
  accountOwner: 'workspaceMember',
  assignee: 'workspaceMember',
};

/**
 * Leaves out of refused drafts what refers to records that are gone for good: Twenty says that there is such a reference, not
 * which. One call for each object that the drafts refer to; a reference whose object is not known stays.
 */
export async function leaveOutGoneReferences(
  client: TwentyClient,
  scope: LeadScope,
  drafts: readonly LeadDraft[],
): Promise<void> {
  for (const row of scope.mapping.filter(({ kind }) => kind === 'reference')) {
    const referring = drafts.filter(({ data }) => typeof data[row.twenty_field] === 'string');
    const ids = referring.map(({ data }) => String(data[row.twenty_field]));
    const found = await settled(existing(client, targetOf(scope, row), ids));
    if (!found.ok) continue;
    for (const { data, leftOut } of referring.filter((_draft, index) => !found.value.has(ids[index]))) {
      leftOut[row.lead_field] =
        `${row.lead_field} refers to ${String(data[row.twenty_field])}, which is not in Twenty.`;
      delete data[row.twenty_field];
    }
  }
}

function targetOf({ object }: LeadScope, { twenty_field: column }: FieldMapping): string {
  const relation = object.fields.find((field) => columnName(field) === column)?.name ?? column;
  return TARGETS[relation] ?? relation;
}

async function existing(client: TwentyClient, target: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const found = await findHolders(client, await readObject(client, target), 'id', { ids, values: [] });
  return new Set(found.map(({ id }) => id));
}
