import { eachItem } from '../each-item';
import type { Operation } from '../types';

/** Reads the draft, its groups and the published versions (`get_scoring_rules`). */
export const get: Operation = {
  properties: [],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) => database.call('get_scoring_rules', {}, itemIndex));
  },
};
