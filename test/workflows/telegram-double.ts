import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TelegramMessage {
  chat_id: string;
  text: string;
  parse_mode: string;
}

export interface TelegramDouble {
  url: string;
  messages: TelegramMessage[];
  close(): Promise<void>;
}

/** As much of the Telegram Bot API as a sent message needs. */
export async function startTelegramDouble(): Promise<TelegramDouble> {
  const messages: TelegramMessage[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.url?.endsWith('/sendMessage')) messages.push(JSON.parse(body) as TelegramMessage);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ok: true, result: { message_id: messages.length } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    messages,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}
