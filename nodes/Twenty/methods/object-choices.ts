import type { INodePropertyOptions } from 'n8n-workflow';
import type { ObjectMetadata } from '../transport/metadata';

/** Objects by their labels, people, companies and other business objects before the system's own. */
export function objectChoices(objects: readonly ObjectMetadata[]): Array<INodePropertyOptions & { value: string }> {
  return [...objects]
    .sort((a, b) => Number(a.isSystem) - Number(b.isSystem) || a.labelSingular.localeCompare(b.labelSingular))
    .map((object) => ({ name: object.labelSingular, value: object.nameSingular }));
}
