import axios from 'axios';
import type { TwentyService } from '../../stack/services';
import type { Identity } from './identities';

export interface Person {
  id: string;
  name: { firstName: string; lastName: string };
  emails: { primaryEmail: string };
  phones: { primaryPhoneNumber: string; primaryPhoneCallingCode: string };
  jobTitle: string | null;
  city: string | null;
  country: string | null;
  leadStatus: string | null;
  companyId: string | null;
  updatedAt: string;
  deletedAt: string | null;
}

export interface Company {
  id: string;
  name: string;
  domainName: { primaryLinkUrl: string };
}

interface Answer {
  errors?: Array<{ message: string; extensions?: { code?: string } }>;
}

/** What people do at Twenty's screen, and what its store holds. */
export class TwentySide {
  constructor(private readonly service: TwentyService) {}

  /** Adds a person; one who is a lead, too, without a job title: only the lead's counts then. */
  async add({ tag, origin, email, personId, person }: Identity): Promise<void> {
    const data = {
      id: personId,
      name: { firstName: person.firstName, lastName: tag },
      emails: { primaryEmail: email ?? '' },
      phones: { primaryPhoneNumber: person.phone },
      ...(origin === 'twenty' ? { jobTitle: person.jobTitle } : {}),
      country: person.country,
      leadStatus: 'new',
    };
    const errors = await this.graphql('mutation ($data: PersonCreateInput!) { createPerson(data: $data) { id } }', {
      data,
    });
    if (errors.length > 0) throw new Error(`Twenty refused ${tag}: ${errors[0].message}`);
  }

  /** Whether the person was there to be edited. */
  async edit(id: string, data: { city: string } | { leadStatus: string }): Promise<boolean> {
    const errors = await this.graphql(
      'mutation ($id: UUID!, $data: PersonUpdateInput!) { updatePerson(id: $id, data: $data) { id } }',
      { id, data },
    );
    if (errors.length === 0) return true;
    if (/not found/i.test(errors[0].message)) return false;
    throw new Error(`Twenty refused an edit of ${id}: ${errors[0].message}`);
  }

  /** Everybody in the store, deleted ones included. */
  async people(): Promise<Person[]> {
    return await this.control('get', 'records/people');
  }

  async companies(): Promise<Company[]> {
    return await this.control('get', 'records/companies');
  }

  async setLatency(latencyMs: number): Promise<void> {
    await this.control('post', 'settings', { latencyMs });
  }

  private async graphql(query: string, variables: object): Promise<NonNullable<Answer['errors']>> {
    const headers = { authorization: `Bearer ${this.service.apiKey}` };
    const { data } = await axios.post<Answer>(
      `${this.service.url}/graphql`,
      { query, variables },
      { headers, proxy: false },
    );
    return data.errors ?? [];
  }

  private async control<T>(method: 'get' | 'post', path: string, data?: object): Promise<T> {
    const url = `${this.service.url}/__double/${path}`;
    return (await axios.request<T>({ method, url, data, proxy: false })).data;
  }
}
