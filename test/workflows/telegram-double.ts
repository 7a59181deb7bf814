import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The chat of whoever wants alerts. */
export const CHAT_ID = '-100200300';

export interface TelegramMessage {
  chat_id: string;
  text: string;
  parse_mode: string;
}

/** An answer with which Telegram refuses a message. */
export interface Refusal {
  status: number;
  description: string;
  /** Seconds to wait before the next message. */
  retryAfter?: number;
}

export interface TelegramDouble {
  url: string;
  /** Messages that it took. */
  messages: TelegramMessage[];
  /** Answers to the next messages, which it does not take. */
  refusals: Refusal[];
  close(): Promise<void>;
}

/** As much of the Telegram Bot API as a sent message needs. */
export async function startTelegramDouble(): Promise<TelegramDouble> {
  const messages: TelegramMessage[] = [];
  const refusals: Refusal[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      const refusal = request.url?.endsWith('/sendMessage') ? refusals.shift() : undefined;
      if (refusal) {
        const { status, description, retryAfter } = refusal;
        response.statusCode = status;
        const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
        response.end(JSON.stringify({ ok: false, error_code: status, description, ...parameters }));
        return;
      }
      if (request.url?.endsWith('/sendMessage')) messages.push(JSON.parse(body) as TelegramMessage);
      response.end(JSON.stringify({ ok: true, result: { message_id: messages.length } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    messages,
    refusals,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}
