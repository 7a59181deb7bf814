import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { FORM_FIELDS, type MetaForm } from '../leads/types';
import { nextOf, type Page } from '../transport/client';
import { asNodeError } from '../transport/errors';
import { MetaError } from '../transport/failures';
import { connect } from '../transport/n8n-client';

const SHOWN = 50;

interface Named {
  id: string;
  name?: string;
}

/** Pages that the token may manage; the page itself where the token is a page's. */
export async function searchPages(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  return await asNodeError(this, async () => {
    const graph = await connect(this);
    const pages = await graph
      .call<{ accounts?: Page<Named> }>({
        method: 'GET',
        path: 'me',
        query: { fields: `accounts.limit(${SHOWN})${after(paginationToken)}{id,name}` },
      })
      .catch(async (error: unknown) => {
        if (!(error instanceof MetaError) || error.failure.kind !== 'invalid') throw error;
        // The token is a page's: that has no pages, and is the only one.
        return {
          accounts: { data: [await graph.call<Named>({ method: 'GET', path: 'me', query: { fields: 'id,name' } })] },
        };
      });
    return choices(pages.accounts ?? {}, filter);
  });
}

/** Forms of the chosen page. */
export async function searchForms(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  return await asNodeError(this, async () => {
    const pageId = String(this.getCurrentNodeParameter('pageId', { extractValue: true }) || 'me');
    const page = await (await connect(this)).ofPage(pageId);
    const forms = await page.call<Page<MetaForm>>({
      method: 'GET',
      path: `${encodeURIComponent(pageId)}/leadgen_forms`,
      query: {
        fields: FORM_FIELDS,
        limit: SHOWN,
        ...(paginationToken === undefined ? {} : { after: paginationToken }),
      },
    });
    return choices(forms, filter);
  });
}

const after = (position?: string): string => (position === undefined ? '' : `.after(${position})`);

/** Meta cannot search by name: what is shown is what fits of the page that was read. */
function choices(page: Page<Named>, filter = ''): INodeListSearchResult {
  const wanted = filter.toLowerCase();
  return {
    results: (page.data ?? [])
      .map(({ id, name }) => ({ name: name ?? id, value: id }))
      .filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted)),
    paginationToken: nextOf(page),
  };
}
