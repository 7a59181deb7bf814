import { resource } from '../resource';
import { add } from './add.operation';
import { claim } from './claim.operation';

export const inbox = resource(
  'inbox',
  [
    {
      name: 'Add',
      value: 'add',
      action: 'Add to the inbox',
      description: 'Note which records of Twenty changed: one entry for a record, however many events came',
    },
    {
      name: 'Claim',
      value: 'claim',
      action: 'Claim from the inbox',
      description: 'Take the next records to read; storing them with the same run takes them out of the inbox',
    },
  ],
  { add, claim },
);
