import { withDatabase } from '../database/open';
import { syncedMapping } from '../database/schema';
import { CliError } from '../failure';
import { done, unchanged, warning, type Ending } from '../terminal/report';
import type { TwentyClient } from '../../nodes/Twenty/transport/client';
import { prepareWorkspace } from '../../nodes/Twenty/leads/prepare';
import { readObject } from '../../nodes/Twenty/transport/metadata';
import { RIGHT_NAMES, rightsOf } from '../../nodes/Twenty/workspace/rights';
import { typeClashes, type TypeClash } from '../../nodes/Twenty/workspace/type-clashes';

/** Whether the key may do what the sync does. @throws CliError where it may not */
export async function checkRights(databaseUrl: string, twenty: TwentyClient): Promise<Ending> {
  const { object: name } = await withDatabase(databaseUrl, syncedMapping);
  const object = await readObject(twenty, name);
  const rights = await rightsOf(twenty, object);
  const lacking = (['read', 'update', 'delete'] as const)
    .filter((right) => !rights[right])
    .map((right) => RIGHT_NAMES[right]);
  if (lacking.length > 0) {
    throw new CliError(
      `The role of the API key lacks ${lacking.join(', ')} on ${object.labelPlural}.`,
      'Give it to the role in Twenty under Settings › Roles, then run this command again.',
    );
  }
  if (rights.webhooks) return unchanged('the key may read, edit and delete, and make webhooks');
  return warning(
    `the role of the key lacks "${RIGHT_NAMES.webhooks}": changes come every 15 minutes, not within seconds, until it has it (Settings › Roles)`,
  );
}

/** Makes the fields that the mapping needs and Twenty lacks. @throws CliError where one is there as another type, TwentyError */
export async function prepareTwenty(databaseUrl: string, twenty: TwentyClient): Promise<Ending> {
  const { object: name, mapping } = await withDatabase(databaseUrl, syncedMapping);
  const object = await readObject(twenty, name);
  const clashes = typeClashes(object, mapping);
  const unbearable = clashes.filter(({ bearable }) => !bearable);
  if (unbearable.length > 0) {
    throw new CliError(
      `${object.labelPlural} in Twenty have ${unbearable.map(clashText).join('; ')}.`,
      'Rename the field in Twenty (its API name, under Settings › Data model), or map the lead’s field to another one: update lead_sync.field_mappings set twenty_field = … where twenty_field = …. Then run this command again.',
    );
  }
  const { created } = await prepareWorkspace(twenty, name, mapping);
  const remark = clashes.map((clash) => `${clashText(clash)}: values that it does not take are left out`).join('; ');
  if (remark !== '') return warning(`${createdText(created)}; ${remark}`);
  return created.length > 0 ? done(createdText(created)) : unchanged('all are there');
}

const clashText = ({ field, is, needed }: TypeClash): string =>
  `the field ${field} as ${is} where the sync needs ${needed}`;

function createdText(created: Array<{ label: string }>): string {
  return created.length > 0 ? `made ${created.map(({ label }) => label).join(', ')}` : 'all are there';
}
