import { nextOf, type GraphClient, type Page, type Part } from '../transport/client';
import { MetaError } from '../transport/failures';
import { FORM_FIELDS, LEAD_FIELDS, type MetaForm, type MetaLead } from './types';

/** Entries of a page: Meta takes no more than a few hundred with all their fields. */
const PAGE_SIZE = 100;
/** Of ids alone. */
const ID_PAGE_SIZE = 500;

/** What lists of leads are narrowed to: those made after a time. */
function since(time: string | null): Record<string, string> {
  if (time === null) return {};
  const value = Math.floor(Date.parse(time) / 1_000);
  return { filtering: JSON.stringify([{ field: 'time_created', operator: 'GREATER_THAN', value }]) };
}

/** The leads of a form or of an ad, the latest first, page by page. */
export function leadsOf(graph: GraphClient, id: string, time: string | null): AsyncGenerator<MetaLead[]> {
  return graph.pages<MetaLead>(`${encodeURIComponent(id)}/leads`, {
    fields: LEAD_FIELDS,
    limit: PAGE_SIZE,
    ...since(time),
  });
}

/** The forms of a page. */
export async function* formsOf(graph: GraphClient, pageId: string): AsyncGenerator<MetaForm[]> {
  const page = await graph.ofPage(pageId);
  yield* page.pages<MetaForm>(`${encodeURIComponent(pageId)}/leadgen_forms`, {
    fields: FORM_FIELDS,
    limit: PAGE_SIZE,
  });
}

/** Leads by their ids, one call for 50, each with an outcome of its own. */
export async function readLeads(graph: GraphClient, ids: readonly string[]): Promise<Array<Part<MetaLead>>> {
  return await graph.batch<MetaLead>(ids.map((id) => `${encodeURIComponent(id)}?fields=${LEAD_FIELDS}`));
}

/** What a form is called; one whose name cannot be read goes by its id, so that its leads do not wait for it. */
export class FormNames {
  private readonly known = new Map<string, string>();

  constructor(private readonly graph: GraphClient) {}

  async of(leads: readonly MetaLead[]): Promise<(formId: string | undefined) => string | undefined> {
    const ids = [...new Set(leads.map(({ form_id }) => form_id))].filter((id) => id !== undefined);
    const unknown = ids.filter((id) => !this.known.has(id));
    const parts = await this.graph.batch<MetaForm>(unknown.map((id) => `${encodeURIComponent(id)}?fields=name`));
    unknown.forEach((id, index) => {
      const part = parts[index];
      this.known.set(id, ('value' in part ? part.value.name : undefined) ?? id);
    });
    return (id) => (id === undefined ? undefined : this.known.get(id));
  }
}

/** A form whose leads since a time are looked for. */
export interface Wanted {
  id: string;
  since: string;
}

/** The ids of the leads that a form got, or why it cannot be read. */
export interface Found {
  id: string;
  leads: MetaLead[] | MetaError;
}

/**
 * The ids of the leads that forms got since a time, form by form: the first pages of 50 forms are one call, the others
 * follow for each form.
 */
export async function* newLeadIds(graph: GraphClient, forms: readonly Wanted[]): AsyncGenerator<Found> {
  const queries = forms.map(({ since: time }) => ({ fields: 'id,created_time', limit: ID_PAGE_SIZE, ...since(time) }));
  const pathOf = ({ id }: Wanted): string => `${encodeURIComponent(id)}/leads`;
  const firsts = await graph.batch<Page<MetaLead>>(
    forms.map((form, index) => {
      const query = Object.entries(queries[index]).map(([name, value]) => [name, String(value)]);
      return `${pathOf(form)}?${new URLSearchParams(query).toString()}`;
    }),
  );
  for (const [index, first] of firsts.entries()) {
    const leads =
      'failure' in first
        ? new MetaError(first.failure)
        : await withRest(graph, pathOf(forms[index]), queries[index], first.value);
    yield { id: forms[index].id, leads };
  }
}

async function withRest(
  graph: GraphClient,
  path: string,
  query: Record<string, string | number>,
  first: Page<MetaLead>,
): Promise<MetaLead[] | MetaError> {
  const leads = [...(first.data ?? [])];
  const next = nextOf(first);
  try {
    if (next !== undefined) for await (const page of graph.pages<MetaLead>(path, query, next)) leads.push(...page);
    return leads;
  } catch (error) {
    if (error instanceof MetaError) return error;
    return await Promise.reject(error as Error);
  }
}
