import axios from 'axios';
import type { Stats } from '../../stand-ins/twenty';
import type { TwentyService } from '../../stack/services';
import { TwentyClient, type Send } from '../../nodes/Twenty/transport/client';
import { RateBudget, type Clock } from '../../nodes/Twenty/transport/rate-budget';
import { readTwentyUrl } from '../../nodes/Twenty/transport/url';

const NO_LIMIT = 1_000_000;

const realClock: Clock = {
  now: () => performance.now(),
  sleep: async (milliseconds) => await new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** The node's own client with another sender, paced for Twenty's default limit or not at all. */
export function clientOver(url: string, send: Send, clock: Clock, callsPerMinute: number): TwentyClient {
  const urls = readTwentyUrl(url);
  if (!urls) throw new Error(`Twenty's address is none: ${url}`);
  return new TwentyClient({ urls, send, clock, budget: new RateBudget(callsPerMinute, clock) });
}

/** The Twenty double in its own process: its figures, its latency, and a client that is not limited. */
interface DoublePerson {
  emails: { primaryEmail: string };
  phones: { primaryPhoneNumber: string; primaryPhoneCallingCode: string };
  createdAt: string;
}

export class TwentyDoubleProcess {
  readonly client: TwentyClient;

  constructor(private readonly service: TwentyService) {
    const send: Send = async ({ method, url, body, timeoutMs }) => {
      const response = await fetch(url, {
        method,
        body,
        headers: { authorization: `Bearer ${service.apiKey}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
    };
    this.client = clientOver(service.url, send, realClock, NO_LIMIT);
  }

  async stats(): Promise<ReturnType<Stats['snapshot']>> {
    return await this.control('get', 'stats');
  }

  async resetStats(): Promise<void> {
    await this.control('post', 'stats/reset');
  }

  /** Removes all records; the data model stays. */
  async clear(): Promise<void> {
    await this.control('post', 'clear');
  }

  /** Puts records in place, past the API. */
  async seed(records: Record<string, object[]>): Promise<void> {
    await this.control('post', 'seed', records);
  }

  /** How many webhooks there are. */
  async countWebhooks(): Promise<number> {
    const { data } = await axios.get<unknown[]>(`${this.service.url}/rest/webhooks`, {
      headers: { authorization: `Bearer ${this.service.apiKey}` },
      proxy: false,
    });
    return data.length;
  }

  /** All people, those in the bin, too. */
  async people(): Promise<DoublePerson[]> {
    return await this.control('get', 'records/people');
  }

  /** A person's job title, read over REST as anybody's script would. */
  async jobTitleOf(id: string): Promise<string | null> {
    const { data } = await axios.get<{ data: { person: { jobTitle: string | null } } }>(
      `${this.service.url}/rest/people/${id}`,
      { headers: { authorization: `Bearer ${this.service.apiKey}` }, proxy: false },
    );
    return data.data.person.jobTitle;
  }

  async setLatency(latencyMs: number): Promise<void> {
    await this.control('post', 'settings', { latencyMs });
  }

  /** Whether its work takes as long as a real server's, or no time at all. */
  async setSpeed(speed: 'real' | null): Promise<void> {
    await this.control('post', 'settings', { speed });
  }

  private async control<T>(method: 'get' | 'post', path: string, data?: object): Promise<T> {
    const url = `${this.service.url}/__double/${path}`;
    const response = await axios.request<T>({ method, url, data, proxy: false, timeout: 60_000 });
    return response.data;
  }
}
