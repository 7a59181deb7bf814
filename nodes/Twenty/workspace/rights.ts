import { randomUUID } from 'node:crypto';
import type { Answer, TwentyClient } from '../transport/client';
import { filteredMutationDocument, updateManyDocument } from '../transport/documents';
import { TwentyError } from '../transport/failures';
import type { ObjectMetadata } from '../transport/metadata';
import { readWebhooks } from '../transport/webhooks';

/** What the role of an API key lets it do. */
export interface TwentyRights {
  read: boolean;
  update: boolean;
  delete: boolean;
  /** Whether it sees, and so may make, webhooks. */
  webhooks: boolean;
}

/** What each right is called in Twenty under Settings › Roles. */
export const RIGHT_NAMES: Readonly<Record<keyof TwentyRights, string>> = {
  read: 'See Records',
  update: 'Edit Records',
  delete: 'Delete Records',
  webhooks: 'API Keys & Webhooks',
};

/** @throws TwentyError for every failure but a missing permission */
function isAllowed(answer: Answer<unknown>): boolean {
  if (answer.ok) return true;
  if (answer.failure.category === 'permission') return false;
  throw new TwentyError(answer.failure);
}

/** Nobody's id: what is asked of it changes nothing. */
const ofNobody = () => ({ and: [{ id: { eq: randomUUID() } }, { deletedAt: { is: 'NULL' } }] });

/**
 * Finds out by asking, at three calls: the writes are of an id that nobody has, so that Twenty weighs the permission and changes nothing.
 * @throws TwentyError where Twenty cannot be asked
 */
export async function rightsOf(client: TwentyClient, object: ObjectMetadata): Promise<TwentyRights> {
  const text = object.fields.find(({ type, isSystem, isUIReadOnly }) => type === 'TEXT' && !isSystem && !isUIReadOnly);
  const update = updateManyDocument(object, 'id');
  const remove = filteredMutationDocument('delete', object, 'id');
  const data = text === undefined ? { position: 1 } : { [text.name]: '' };
  return {
    read: isAllowed(await client.rest('GET', `/${object.namePlural}?limit=1`)),
    update: isAllowed(
      await client.graphql(update.root, { document: update.document, variables: { filter: ofNobody(), data } }),
    ),
    delete: isAllowed(
      await client.graphql(remove.root, { document: remove.document, variables: { filter: ofNobody() } }),
    ),
    webhooks: await readWebhooks(client).then(
      () => true,
      (error: unknown) => {
        if (error instanceof TwentyError && error.failure.category === 'permission') return false;
        throw error;
      },
    ),
  };
}
