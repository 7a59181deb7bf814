import { thrownFailure } from '../../nodes/http/network-failures';
import { isObject } from '../../nodes/lead';
import { givenValue } from '../answers-file';
import { CliError } from '../failure';
import { http, jsonOf, type HttpAnswer } from '../http';
import { derivedSecret, PAGE_USER } from './credentials';

/** The dashboard workflow's addresses in n8n. */
const PAGE_PATH = '/webhook/lead-sync';

/** The password of the page's login: the one that is given, else one that follows from the Supabase key. */
export const pagePassword = (supabaseKey: string): string =>
  givenValue('LEAD_SYNC_PAGE_PASSWORD') ?? derivedSecret(supabaseKey, 'dashboard');

/** The page that the workflow "Lead sync dashboard" serves, as its data for scripts: how n8n itself is asked to sync. */
export class Page {
  readonly url: string;
  readonly password: string;
  private readonly headers: Record<string, string>;

  constructor(n8nUrl: string, supabaseKey: string) {
    this.url = `${n8nUrl}${PAGE_PATH}`;
    this.password = pagePassword(supabaseKey);
    const login = Buffer.from(`${PAGE_USER}:${this.password}`).toString('base64');
    this.headers = { authorization: `Basic ${login}` };
  }

  /** The page's data, which n8n has read from Supabase by its own credential. @throws CliError */
  async data(): Promise<Record<string, unknown>> {
    const answer = await this.call({ method: 'GET' });
    const data = jsonOf(answer);
    // n8n 1 answers 200 with nothing where the workflow failed
    if (answer.status === 200 && isObject(data)) return data;
    throw this.refusal(answer);
  }

  /** Lets n8n pull and push once; it answers before it begins. @throws CliError */
  async startSync(): Promise<void> {
    const { csrf_token } = await this.data();
    const answer = await this.call({ method: 'POST', body: JSON.stringify({ action: 'sync', csrf_token }) });
    if (answer.status !== 202) throw this.refusal(answer);
  }

  private async call(request: { method: 'GET' | 'POST'; body?: string }): Promise<HttpAnswer> {
    return await http({ ...request, url: `${this.url}/status`, headers: this.headers }).catch((error: unknown) => {
      const { detail, networkError } = thrownFailure(error);
      throw new CliError(
        `n8n's webhooks at ${this.url} cannot be reached: ${detail} (${networkError}).`,
        'Check --n8n-url: its webhooks have to be reachable there, too.',
      );
    });
  }

  private refusal({ status, text }: HttpAnswer): CliError {
    if (status === 401 || status === 403) {
      return new CliError(
        'The dashboard page does not accept the login that set-up gave it.',
        `Set the password of the credential "Lead sync dashboard login" in n8n to ${this.password}, or name yours in the variable LEAD_SYNC_PAGE_PASSWORD.`,
      );
    }
    if (status === 404) {
      return new CliError(
        `n8n serves no dashboard page at ${this.url}.`,
        'Run the command setup: it publishes the workflow "Lead sync dashboard". In queue mode with webhook processors, give the address that leads to them with --n8n-url.',
      );
    }
    return new CliError(
      `The dashboard page answered ${status}: ${text.slice(0, 300)}`,
      'Open the last execution of "Lead sync dashboard" in n8n: it names what is wrong, often that n8n itself cannot reach Supabase.',
    );
  }
}
