import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What the model was asked: the request's messages, and everything that was sent, as text. */
export interface Question {
  messages: ChatMessage[];
  text: string;
}

/** The model's answer: its text, or an HTTP status with which it fails. */
export type Answer = string | { status: number };

export interface OpenAiDouble {
  /** Base URL as the credential takes it. */
  url: string;
  questions: Question[];
  /** What the model says; set it for each test. */
  answer: (question: Question) => Answer;
  close(): Promise<void>;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function completion(content: string): object {
  return {
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 0,
    model: 'test-model',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

/** As much of an OpenAI-compatible server as a chat model node needs; it says what the test wants it to say. */
export async function startOpenAiDouble(): Promise<OpenAiDouble> {
  const questions: Question[] = [];
  const double: Pick<OpenAiDouble, 'answer'> = { answer: () => ({ status: 500 }) };
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const reply = (status: number, json: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
      };
      if (!request.url?.endsWith('/chat/completions')) return reply(404, { error: { message: 'not found' } });
      const { messages } = JSON.parse(text) as { messages: ChatMessage[] };
      const question = { messages, text };
      questions.push(question);
      const answer = double.answer(question);
      if (typeof answer === 'string') return reply(200, completion(answer));
      return reply(answer.status, { error: { message: 'the model is away', type: 'server_error' } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(double, {
    url: `http://127.0.0.1:${port}/v1`,
    questions,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  });
}
