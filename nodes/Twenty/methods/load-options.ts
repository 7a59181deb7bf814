import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { placesOf } from '../records/field-types';
import { connect } from '../transport/n8n-client';
import { readObject, readObjects } from '../transport/metadata';
import { ALL } from '../transport/webhooks';
import { asNodeError } from '../transport/errors';
import { objectChoices } from './object-choices';

/** The objects of the workspace, custom ones included, and all of them together. */
export async function getObjects(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  return await asNodeError(this, async () => [
    { name: 'All Objects', value: ALL },
    ...objectChoices(await readObjects(await connect(this))),
  ]);
}

/** The fields of the chosen object that a filter can name, composites part by part. */
export async function getFilterFields(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  return await asNodeError(this, async () => {
    const name = this.getCurrentNodeParameter('object', { extractValue: true });
    const object = await readObject(await connect(this), String(name ?? 'person'));
    return object.fields.flatMap(placesOf).map(({ path, label }) => ({ name: label, value: path }));
  });
}

/** The statuses that a task can have in this workspace. */
export async function getTaskStatuses(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  return await asNodeError(this, async () => {
    const task = await readObject(await connect(this), 'task');
    const status = task.fields.find(({ name }) => name === 'status');
    return (status?.options ?? []).map(({ label, value }) => ({ name: label, value }));
  });
}
