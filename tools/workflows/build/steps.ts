import { stableId, type Placed, type Step } from './canvas';

type At = Step['at'];

export const SUPABASE = { leadSyncSupabaseApi: 'Supabase account (lead sync)' };
export const TWENTY = { leadSyncTwentyApi: 'Twenty account (lead sync)' };

/** Settings of a node that tries again by itself. */
export const RETRIES = { retryOnFail: true, maxTries: 3, waitBetweenTries: 2000 };

export function manually(at: At): Step {
  return { name: 'Run manually', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, at };
}

/** @param interval as the rule of a Schedule Trigger has it */
export function schedule(name: string, at: At, interval: Record<string, unknown>): Step {
  return {
    name,
    type: 'n8n-nodes-base.scheduleTrigger',
    typeVersion: 1.2,
    at,
    parameters: { rule: { interval: [interval] } },
  };
}

/** A node Supabase Leads; `credentials: undefined` for an operation that calls nothing. */
export function supabase(step: Placed): Step {
  return { credentials: SUPABASE, ...step, type: 'n8n-nodes-lead-sync.supabaseLeads', typeVersion: 1 };
}

/** What a webhook of Twenty names, into the inbox. */
export function addToInbox(at: At): Step {
  return supabase({
    name: 'Add to inbox',
    at,
    parameters: {
      resource: 'inbox',
      operation: 'add',
      input: 'items',
      object: '={{ $json.object }}',
      recordId: '={{ $json.record_id }}',
    },
    onError: 'continueErrorOutput',
    ...RETRIES,
  });
}

export function twenty(step: Placed): Step {
  return { credentials: TWENTY, ...step, type: 'n8n-nodes-lead-sync.twenty', typeVersion: 1 };
}

export function leadSync(step: Placed): Step {
  return { credentials: { ...TWENTY, ...SUPABASE }, ...step, type: 'n8n-nodes-lead-sync.leadSync', typeVersion: 1 };
}

export function cloudflareD1(step: Placed): Step {
  return {
    credentials: { leadSyncCloudflareD1Api: 'Cloudflare D1 account (lead sync)', ...SUPABASE },
    ...step,
    type: 'n8n-nodes-lead-sync.cloudflareD1',
    typeVersion: 1,
  };
}

export const META = { leadSyncMetaLeadAdsApi: 'Meta Lead Ads account (lead sync)' };

export function metaLeadAds(step: Placed): Step {
  return {
    credentials: { ...META, ...SUPABASE },
    ...step,
    type: 'n8n-nodes-lead-sync.metaLeadAds',
    typeVersion: 1,
  };
}

export const KNOWLARITY = { leadSyncKnowlarityApi: 'Knowlarity account (lead sync)' };

export function knowlarity(step: Placed): Step {
  return {
    credentials: { ...KNOWLARITY, ...SUPABASE },
    ...step,
    type: 'n8n-nodes-lead-sync.knowlarity',
    typeVersion: 1,
  };
}

/** What all runs of the edge replica have in common. */
export const RUN_PARAMETERS = { resource: 'replica', maxDuration: 4, options: {} };

/** The table that a call of the Worker names; other callers have names of their own, and mean all. */
export const TABLE_ASKED_FOR = "={{ $json.body?.mode ? $json.body.table ?? '' : '' }}";

/** Starts a sync when it is called with the secret that the credential holds; off until a user has chosen one. */
export function secretWebhook({ path, credential, ...step }: Placed & { path: string; credential: string }): Step {
  return {
    webhookId: stableId(path),
    ...step,
    type: 'n8n-nodes-base.webhook',
    typeVersion: 2,
    parameters: {
      path,
      httpMethod: 'POST',
      authentication: 'headerAuth',
      responseMode: 'onReceived',
      options: { noResponseBody: true },
    },
    credentials: { httpHeaderAuth: credential },
    disabled: true,
  };
}

/** The one of a sync of the edge replica, which the Worker calls. */
export function edgeWebhook(name: string, at: At, path: string): Step {
  return secretWebhook({ name, at, path, credential: 'Edge webhook (lead sync)' });
}

/** A value of Twenty's object, by its name. */
export const PERSON = { __rl: true, mode: 'name', value: 'person' };

const TELEGRAM = { telegramApi: 'Telegram account' };

/** A node Telegram, which fails by what it gives; off until a user has chosen a credential. */
function telegramNode(name: string, at: At, parameters: Record<string, unknown>): Step {
  return {
    name,
    type: 'n8n-nodes-base.telegram',
    typeVersion: 1.2,
    at,
    parameters,
    credentials: TELEGRAM,
    disabled: true,
    onError: 'continueRegularOutput',
  };
}

const HTML = { appendAttribution: false, parse_mode: 'HTML' };

/** Buttons below what is a question. */
const YES_OR_NO = {
  replyMarkup: '={{ $json.yes ? "inlineKeyboard" : "none" }}',
  inlineKeyboard: {
    rows: [
      {
        row: {
          buttons: [
            { text: 'Yes, do it', additionalFields: { callback_data: '={{ $json.yes }}' } },
            { text: 'No', additionalFields: { callback_data: '={{ $json.no }}' } },
          ],
        },
      },
    ],
  },
};

/** Sends what an output for Telegram gives. @param asks whether questions may be among it */
export function telegram(name: string, at: At, { asks = false } = {}): Step {
  return telegramNode(name, at, {
    resource: 'message',
    operation: 'sendMessage',
    chatId: '={{ $json.chat_id }}',
    text: '={{ $json.text }}',
    ...(asks ? YES_OR_NO : {}),
    additionalFields: HTML,
  });
}

/** Puts another text in the place of a message; questions keep their buttons. */
export function telegramEdit(name: string, at: At): Step {
  return telegramNode(name, at, {
    resource: 'message',
    operation: 'editMessageText',
    messageType: 'message',
    chatId: '={{ $json.chat_id }}',
    messageId: '={{ $json.message_id }}',
    text: '={{ $json.text }}',
    ...YES_OR_NO,
    additionalFields: HTML,
  });
}

/** Tells whoever pressed a button what came of it. */
export function telegramAnswer(name: string, at: At): Step {
  return telegramNode(name, at, {
    resource: 'callback',
    operation: 'answerQuery',
    queryId: '={{ $json.query_id }}',
    additionalFields: { text: '={{ $json.text }}', show_alert: true },
  });
}

/** Starts with each press of a button below a message of the bot; Telegram shows a secret that n8n has given it. */
export function telegramButtons(name: string, at: At): Step {
  return {
    name,
    type: 'n8n-nodes-base.telegramTrigger',
    // of 1.0 n8n believes anybody who knows the address
    typeVersion: 1.1,
    at,
    webhookId: stableId(name),
    parameters: { updates: ['callback_query'], additionalFields: {} },
    credentials: TELEGRAM,
    disabled: true,
  };
}

/** Sends what an output for Slack gives; off until a user has chosen a credential. */
export function slack(at: At): Step {
  return {
    name: 'Send Slack message',
    type: 'n8n-nodes-base.slack',
    typeVersion: 2.3,
    at,
    parameters: {
      resource: 'message',
      operation: 'post',
      select: 'channel',
      channelId: { __rl: true, mode: 'name', value: '={{ $json.channel }}' },
      messageType: 'text',
      text: '={{ $json.text }}',
      otherOptions: { includeLinkToWorkflow: false, mrkdwn: true },
    },
    credentials: { slackApi: 'Slack account' },
    disabled: true,
    onError: 'continueRegularOutput',
  };
}

/** Sends what an output for e-mail gives; off until a user has chosen a credential. */
export function email(at: At): Step {
  return {
    name: 'Send e-mail',
    type: 'n8n-nodes-base.emailSend',
    typeVersion: 2.1,
    at,
    parameters: {
      resource: 'email',
      operation: 'send',
      fromEmail: '={{ $json.from }}',
      toEmail: '={{ $json.to }}',
      subject: '={{ $json.subject }}',
      emailFormat: 'text',
      text: '={{ $json.text }}',
      options: { appendAttribution: false },
    },
    credentials: { smtp: 'SMTP account' },
    disabled: true,
    onError: 'continueRegularOutput',
  };
}
