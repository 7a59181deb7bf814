import { create } from './create.operation';
import { deleteRecord } from './delete.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { restore } from './restore.operation';
import { update } from './update.operation';
import { upsert } from './upsert.operation';
import type { Resource } from '../types';

export const record: Resource = {
  name: 'Record',
  description: 'Records of any object, standard or custom',
  operations: { getMany, create, delete: deleteRecord, get, restore, update, upsert },
};
