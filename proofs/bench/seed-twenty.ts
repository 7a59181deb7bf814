import { randomUUID } from 'node:crypto';
import type { SamplePerson } from '../../stack/sample-data';
import { defaultMapping } from '../../nodes/lead';
import { prepareWorkspace } from '../../nodes/Twenty/leads/prepare';
import { unwrap, type TwentyClient } from '../../nodes/Twenty/transport/client';
import { createManyDocument } from '../../nodes/Twenty/transport/documents';
import type { ObjectNames } from '../../nodes/Twenty/transport/metadata';
import { batches } from './lists';
import { companiesOf } from './people';

/** What Twenty takes in one write. */
const BATCH = 200;
const PERSON: ObjectNames = { nameSingular: 'person', namePlural: 'people' };
const COMPANY: ObjectNames = { nameSingular: 'company', namePlural: 'companies' };
const NOTE: ObjectNames = { nameSingular: 'note', namePlural: 'notes' };
const NOTE_TARGET: ObjectNames = { nameSingular: 'noteTarget', namePlural: 'noteTargets' };
/** Seeded records were last changed then, so that a delta's overlap of minutes does not read them again. */
const LONG_AGO = '2025-01-15T08:00:00.000Z';

async function create(client: TwentyClient, object: ObjectNames, records: object[], upsert = false): Promise<void> {
  const { root, document } = createManyDocument(object, 'id', upsert);
  for (const data of batches(records, BATCH)) unwrap(await client.graphql(root, { document, variables: { data } }));
}

/** Creates the lead fields that the workspace lacks, as *Prepare Workspace* does. */
export async function prepareTwenty(client: TwentyClient): Promise<void> {
  await prepareWorkspace(client, 'person', defaultMapping());
}

/** Creates new people with new companies, last changed long ago. Returns the people's ids in their order. */
export async function seedPeople(client: TwentyClient, people: readonly SamplePerson[]): Promise<string[]> {
  const companies = companiesOf(people).map((company) => ({ id: randomUUID(), ...company }));
  const companyIds = new Map(companies.map(({ domain, id }) => [domain, id]));
  const times = { createdAt: LONG_AGO, updatedAt: LONG_AGO };
  await create(
    client,
    COMPANY,
    companies.map(({ id, name, domain }) => ({
      id,
      name,
      domainName: { primaryLinkUrl: `https://${domain}` },
      ...times,
    })),
  );
  const records = people.map((person, n) => ({
    id: randomUUID(),
    name: { firstName: person.firstName, lastName: person.lastName },
    emails: { primaryEmail: person.email },
    phones: { primaryPhoneNumber: person.phone },
    linkedinLink: { primaryLinkUrl: person.linkedinUrl },
    jobTitle: person.jobTitle,
    city: person.city,
    country: person.country,
    leadSource: n % 2 === 0 ? 'website' : 'webinar',
    leadStatus: 'new',
    companyId: companyIds.get(person.company.domain),
    ...times,
  }));
  await create(client, PERSON, records);
  return records.map(({ id }) => id);
}

/** Gives people another job title, now. */
export async function editPeople(client: TwentyClient, ids: readonly string[], jobTitle: string): Promise<void> {
  const records = ids.map((id) => ({ id, jobTitle }));
  await create(client, PERSON, records, true);
}

/** Writes a note about a person, as Twenty's own page does: the note first, then what it is about. */
export async function addNote(client: TwentyClient, personId: string, title: string): Promise<void> {
  const id = randomUUID();
  await create(client, NOTE, [{ id, title }]);
  await create(client, NOTE_TARGET, [{ noteId: id, targetPersonId: personId }]);
}
