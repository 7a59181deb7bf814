import type { IDataObject } from 'n8n-workflow';
import type { NewsAnswer } from '../../news/lead-news';
import { toNewsMessages } from '../../news/messages';
import { channelFields, TELLING_OUTPUTS, tellingItems } from '../alert/channel-fields';
import type { Operation } from '../types';

/** Assigns leads that arrived, escalates those that nobody responded to, and writes both as messages for each channel (`claim_lead_news`). */
export const tellNew: Operation = {
  name: 'Tell New',
  action: 'Tell new leads',
  description: 'Assign leads that arrived, and give them, and those without a response, to the outputs of the channels',
  fields: channelFields,
  outputs: TELLING_OUTPUTS,
  isScheduled: true,
  async execute(run) {
    const database = await run.connect();
    const news = (await database.call('claim_lead_news', {}, 0)) as NewsAnswer & IDataObject;
    const messages = toNewsMessages(news, new Date().toISOString());
    return tellingItems(run, { ...news, messages: { ...messages } }, messages, {
      what: 'The lead',
      about: 'leads',
      notification_ids: news.ids,
      remembered_as: null,
      stop: null,
      if_not_told: 'It will be told by a later run.',
    });
  },
};
