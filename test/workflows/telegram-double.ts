import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';

/** The chat of whoever wants alerts. */
export const CHAT_ID = '-100200300';

export interface TelegramMessage {
  chat_id: string;
  text: string;
  parse_mode: string;
  /** Its buttons. */
  reply_markup?: { inline_keyboard: Array<Array<{ text: string; callback_data: string }>> };
}

/** An answer with which Telegram refuses a message. */
export interface Refusal {
  status: number;
  description: string;
  /** Seconds to wait before the next message. */
  retryAfter?: number;
}

/** Somebody in a chat. */
export interface TelegramUser {
  id: number;
  first_name: string;
  last_name?: string;
  username?: string;
}

/** What a user presses: a button's data, below a message in a chat. */
export interface ButtonPress {
  from: TelegramUser;
  data: string;
  chat?: string;
  messageId?: number;
}

export interface TelegramDouble {
  url: string;
  /** Messages that it took. */
  messages: TelegramMessage[];
  /** New texts of messages that it took. */
  edits: Array<TelegramMessage & { message_id: number }>;
  /** What those who pressed buttons were told. */
  answers: Array<{ callback_query_id: string; text: string; show_alert: boolean }>;
  /** Answers to the next messages, which it does not take. */
  refusals: Refusal[];
  /** Where it sends updates to, and with which secret; null while a bot has no webhook. */
  webhook: { url: string; secret_token: string; allowed_updates: string[] } | null;
  /** An update as Telegram sends it when a button is pressed (https://core.telegram.org/bots/api#callbackquery). */
  updateOf(press: ButtonPress): object;
  /** Presses a button: sends the update to the webhook. Returns the status. @param secret where it is not the right one */
  press(press: ButtonPress, secret?: string): Promise<number>;
  close(): Promise<void>;
}

/** As much of the Telegram Bot API as messages with buttons need. */
export async function startTelegramDouble(): Promise<TelegramDouble> {
  const double: Omit<TelegramDouble, 'url' | 'updateOf' | 'press' | 'close'> = {
    messages: [],
    edits: [],
    answers: [],
    refusals: [],
    webhook: null,
  };
  /** What a method of the API answers with. */
  const methods: Record<string, (body: unknown) => unknown> = {
    sendMessage: (body) => ({ message_id: double.messages.push(body as TelegramMessage) }),
    editMessageText: (body) => double.edits.push(body as TelegramDouble['edits'][number]),
    answerCallbackQuery: (body) => double.answers.push(body as TelegramDouble['answers'][number]) > 0,
    setWebhook: (body) => ((double.webhook = body as TelegramDouble['webhook']), true),
    deleteWebhook: () => ((double.webhook = null), true),
    getWebhookInfo: () => ({ url: double.webhook?.url ?? '' }),
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      const method = request.url?.split('/').at(-1) ?? '';
      const refusal = method === 'sendMessage' ? double.refusals.shift() : undefined;
      if (refusal) {
        const { status, description, retryAfter } = refusal;
        response.statusCode = status;
        const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
        response.end(JSON.stringify({ ok: false, error_code: status, description, ...parameters }));
        return;
      }
      const result = methods[method]?.(JSON.parse(body || '{}')) ?? true;
      response.end(JSON.stringify({ ok: true, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  let updates = 0;
  const updateOf = ({ from, data, chat = CHAT_ID, messageId = 1 }: ButtonPress): object => {
    updates += 1;
    const message = {
      message_id: messageId,
      date: 1,
      chat: { id: Number(chat), type: 'supergroup', title: 'Sales ops' },
    };
    return {
      update_id: updates,
      callback_query: { id: String(updates), from: { is_bot: false, ...from }, message, chat_instance: '1', data },
    };
  };
  return Object.assign(double, {
    url: `http://127.0.0.1:${port}`,
    updateOf,
    press: async (press: ButtonPress, secret = double.webhook?.secret_token) => {
      if (double.webhook === null) throw new Error('The bot has no webhook.');
      const headers = { 'x-telegram-bot-api-secret-token': secret };
      const options = { headers, proxy: false, validateStatus: () => true } as const;
      return (await axios.post(double.webhook.url, updateOf(press), options)).status;
    },
    close: () => new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  });
}
