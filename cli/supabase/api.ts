import { withoutSecret } from '../../nodes/http/known-secret';
import { isRedirect } from '../../nodes/http/redirects';
import { FAILURES, type Failure, type FailureKind } from '../../nodes/SupabaseLeads/transport/failure-texts';
import { failureOfAnswer, failureOfRedirect } from '../../nodes/SupabaseLeads/transport/failures';
import { projectUrl } from '../../nodes/SupabaseLeads/transport/project-url';
import { thrownFailure } from '../../nodes/http/network-failures';
import { CliError } from '../failure';
import { http, jsonOf, networkAdvice, type HttpAnswer } from '../http';

export const KEYS_PAGE =
  'Copy the secret key (sb_secret_…) or the service_role key from Settings › API Keys and give it with --supabase-key.';

const NEXT_STEPS: Partial<Record<FailureKind, string>> = {
  wrong_key: KEYS_PAGE,
  expired_key: KEYS_PAGE,
  not_service_key: KEYS_PAGE,
  missing_migrations: 'Run the command setup: it applies the schema.',
  missing_grants: 'Run the command setup: it grants them.',
  not_postgrest: 'Give the project’s URL with --supabase-url, e.g. https://your-project.supabase.co.',
  redirected: 'Give the project’s URL with --supabase-url, e.g. https://your-project.supabase.co.',
};

/** A failed call. `kind` is for who knows a better answer than the message. */
export class SupabaseError extends CliError {
  constructor(
    readonly kind: FailureKind,
    message: string,
    nextStep: string,
    /** The `Date` header, where an answer came. */
    readonly date?: string,
  ) {
    super(message, nextStep);
  }
}

function supabaseError({ kind, detail }: Failure): SupabaseError {
  const message = FAILURES[kind].message.replace(' in the Supabase credential', '').replace(' of the credential', '');
  return new SupabaseError(kind, `${message}: ${detail}`, NEXT_STEPS[kind] ?? FAILURES[kind].nextStep);
}

/** The REST API of a project, or any PostgREST behind Supabase's paths. */
export class SupabaseApi {
  readonly url: string;
  /** How far the clock of the server is ahead of this machine's, in milliseconds; null before the first answer. */
  clockAhead: number | null = null;

  /**
   * @param publishableKey what a gateway wants beside a token of the role lead_sync_api
   * @throws CliError where the URL is none
   */
  constructor(
    url: string,
    private readonly key: string,
    private readonly publishableKey: string = key,
  ) {
    const found = projectUrl(url);
    if (found === null) throw new CliError(`${url} is no web address.`, NEXT_STEPS.not_postgrest ?? '');
    this.url = found;
  }

  /** Calls a function of the database. @throws SupabaseError */
  async rpc<T>(name: string, args: object = {}): Promise<T> {
    return (await this.call('POST', `/rpc/${name}`, args)) as T;
  }

  /** Reads rows, e.g. `lead_sync_runs?select=id`. @throws SupabaseError */
  async rows<T>(path: string): Promise<T[]> {
    return (await this.call('GET', `/${path}`)) as T[];
  }

  private async call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const headers = {
      apikey: this.publishableKey,
      ...(this.key.startsWith('sb_') ? {} : { authorization: `Bearer ${this.key}` }),
    };
    const asked = { method, url: `${this.url}/rest/v1${path}`, headers, body: body && JSON.stringify(body) };
    const answer = await http(asked).catch((error: unknown) => {
      const { detail, networkError } = thrownFailure(error);
      throw new SupabaseError(
        'unreachable',
        `Supabase at ${this.url} cannot be reached: ${detail} (${networkError}).`,
        `Check --supabase-url and the network; a paused project is restored in its dashboard. ${networkAdvice(networkError)}`,
      );
    });
    this.noteClock(answer);
    const {
      status,
      headers: { location },
    } = answer;
    const text = withoutSecret(this.key)(answer.text);
    if (isRedirect(status) && location) throw supabaseError(failureOfRedirect(status, location));
    if (status > 299) throw supabaseError(failureOfAnswer(status, text));
    const json = jsonOf(answer);
    if (json === undefined && text !== '') throw supabaseError(failureOfAnswer(status, text));
    return json;
  }

  private noteClock({ headers }: HttpAnswer): void {
    const at = Date.parse(headers.date ?? '');
    if (!Number.isNaN(at)) this.clockAhead = at - Date.now();
  }
}
