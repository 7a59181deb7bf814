/** What the stand-in knows of a lead; ids are texts of digits. */
export interface StoredLead {
  id: string;
  created_time: string;
  form_id: string;
  field_data: Array<{ name: string; values: string[] }>;
  [field: string]: unknown;
}

export interface Form {
  id: string;
  name: string;
  pageId: string;
}

/** A stage of a lead as Meta was told it. */
export interface StageOfLead {
  event_name: string;
  event_time: number;
  event_id?: string;
  action_source: string;
  user_data: { lead_id: string };
  custom_data: { event_source: string; lead_event_source: string };
}

/** An app, pages, forms and their leads, as Meta keeps them. */
export class MetaStore {
  readonly appId = '700000000000001';
  readonly appSecret = 'made-up-app-secret-of-the-stand-in';
  readonly token = 'made-up-token-of-the-stand-in';
  hasExpired = false;
  /** The page that the token is of; null: a system user's. */
  tokenPage: { id: string; name: string } | null = null;
  /** When the token ends, and its access to data does, in seconds since 1970; 0: never. */
  tokenEnds = { expires_at: 0, data_access_expires_at: 0 };
  readonly pages = new Map<string, string>();
  /** Pages that the token's user has no task on: they give no token of their own. */
  readonly foreignPages = new Set<string>();
  readonly forms = new Map<string, Form>();
  readonly leads = new Map<string, StoredLead>();
  readonly datasets = new Map<string, StageOfLead[]>();
  /** Leads and forms that the token may not read. */
  readonly hidden = new Set<string>();
  private lastId = 800_000_000_000_000n;

  addPage(name: string): string {
    const id = this.nextId();
    this.pages.set(id, name);
    return id;
  }

  /** The page's own token. */
  tokenOf(pageId: string): string {
    return this.tokenPage?.id === pageId ? this.token : `made-up-token-of-page-${pageId}`;
  }

  addForm(pageId: string, name: string): string {
    const id = this.nextId();
    this.forms.set(id, { id, name, pageId });
    return id;
  }

  addDataset(): string {
    const id = this.nextId();
    this.datasets.set(id, []);
    return id;
  }

  /** A lead of a form, with an advertisement unless told otherwise. */
  addLead(formId: string, answers: Record<string, string | string[]>, more: Partial<StoredLead> = {}): StoredLead {
    const id = this.nextId();
    const lead: StoredLead = {
      id,
      created_time: graphTime(new Date()),
      form_id: formId,
      ad_id: '600000000000001',
      ad_name: 'Blue picture',
      adset_id: '600000000000002',
      adset_name: 'Engineers',
      campaign_id: '600000000000003',
      campaign_name: 'Spring',
      is_organic: false,
      platform: 'fb',
      field_data: Object.entries(answers).map(([name, values]) => ({ name, values: [values].flat() })),
      ...more,
    };
    this.leads.set(id, lead);
    return lead;
  }

  /** What Meta's testing tool makes: no advertisement, dummy texts. */
  addTestLead(formId: string, keys: readonly string[]): StoredLead {
    const answers = keys.map((key) => [key, key === 'email' ? 'test@meta.example' : dummy(key)]);
    return this.addOrganicLead(formId, Object.fromEntries(answers));
  }

  /** One that no advertisement brought. */
  addOrganicLead(formId: string, answers: Record<string, string | string[]>): StoredLead {
    const { id, created_time, form_id, field_data } = this.addLead(formId, answers);
    const lead = { id, created_time, form_id, field_data, is_organic: true };
    this.leads.set(id, lead);
    return lead;
  }

  private nextId(): string {
    this.lastId += 1n;
    return this.lastId.toString();
  }
}

const dummy = (key: string): string => `<test lead: dummy data for ${key}>`;

/** As Graph writes times: `2026-11-20T10:00:00+0000`. */
export function graphTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, '+0000');
}
