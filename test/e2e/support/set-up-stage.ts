import axios, { type AxiosInstance } from 'axios';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { N8nApi } from '../../../cli/n8n/api';
import type { Shutdown } from '../../../stack/shutdown';
import type { CleanSystems } from './clean-systems';
import { CommandLine } from './command-line';

const WEBHOOKS_TIMEOUT_MS = 30_000;

/** Systems with nothing of ours in them, the installed command, and what a test sees of them. */
export class SetUpStage {
  private constructor(
    readonly systems: CleanSystems,
    readonly command: CommandLine,
    readonly database: Client,
  ) {}

  /**
   * Installs the command; what is to be ended is handed to `shutdown` at once.
   * @param n8nUrl where the command finds n8n
   */
  static async open(shutdown: Shutdown, systems: CleanSystems, n8nUrl = systems.n8n.url): Promise<SetUpStage> {
    const command = await CommandLine.install(systems.tarball, {
      DATABASE_URL: systems.databaseUrl,
      SUPABASE_URL: systems.supabase.url,
      SUPABASE_SERVICE_KEY: systems.supabase.serviceKey,
      TWENTY_URL: systems.twenty.url,
      TWENTY_API_KEY: systems.twenty.apiKey,
      N8N_URL: n8nUrl,
      N8N_API_KEY: systems.n8nApiKey,
    });
    shutdown.add('command', () => command.remove());
    const database = new Client({ connectionString: systems.databaseUrl });
    await database.connect();
    shutdown.add('connection', () => database.end());
    return new SetUpStage(systems, command, database);
  }

  get n8n(): N8nApi {
    return new N8nApi(this.systems.n8n.url, this.systems.n8nApiKey);
  }

  /** Twenty's REST API. */
  get twenty(): AxiosInstance {
    const { url, apiKey } = this.systems.twenty;
    return axios.create({ baseURL: `${url}/rest`, proxy: false, headers: { authorization: `Bearer ${apiKey}` } });
  }

  /** Of the object Person. */
  async fieldNames(): Promise<string[]> {
    const { data } = await this.twenty.get<{
      data: { objects: Array<{ nameSingular: string; fields: Array<{ name: string }> }> };
    }>('/metadata/objects?limit=200');
    const person = data.data.objects.find(({ nameSingular }) => nameSingular === 'person');
    return (person?.fields ?? []).map(({ name }) => name).sort();
  }

  /** All that set-up makes, as it is now. */
  async made(): Promise<object> {
    const workflows = await this.n8n.workflows();
    const { rows } = await this.database.query(
      'select id, version, applied_at from lead_sync.schema_versions order by id',
    );
    return {
      workflows: workflows.map(({ id, name, active, versionId, updatedAt }) => ({
        id,
        name,
        active,
        versionId,
        updatedAt,
      })),
      credentials: (await this.n8n.credentials())?.map(({ id, name, type }) => ({ id, name, type })),
      schema: rows,
      fields: await this.fieldNames(),
    };
  }

  /** n8n makes and removes Twenty's webhook some time after it has answered. */
  async untilWebhooksAre(count: number): Promise<void> {
    const deadline = Date.now() + WEBHOOKS_TIMEOUT_MS;
    while ((await this.twenty.get<unknown[]>('/webhooks')).data.length !== count) {
      if (Date.now() > deadline) throw new Error(`Twenty does not come to have ${count} webhooks.`);
      await delay(100);
    }
  }
}
