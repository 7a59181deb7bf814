import fc from 'fast-check';
import {
  defaultMapping,
  leadToRecord,
  normalise,
  readLeadField,
  recordToSnapshot,
  type ApiRecord,
  type LeadValues,
} from '../../nodes/lead';
import { kindOf } from '../../nodes/lead/twenty-field';
import { twentyFieldOf } from '../../nodes/lead/mapping';
import { rawLeads } from './arbitraries';
import { check } from './property';
import { afterWrite } from './twenty-storage';

const mapping = defaultMapping('person');

const EMPTY_PERSON: ApiRecord = {
  id: '5e0e5a3c-0000-4000-8000-000000000001',
  createdAt: '2026-11-21T07:44:41.646Z',
  updatedAt: '2026-11-21T07:44:41.646Z',
  deletedAt: null,
  name: { firstName: '', lastName: '' },
  emails: { primaryEmail: '', additionalEmails: [] },
  phones: { primaryPhoneNumber: '', primaryPhoneCountryCode: '', primaryPhoneCallingCode: '', additionalPhones: [] },
  linkedinLink: { primaryLinkLabel: '', primaryLinkUrl: '', secondaryLinks: [] },
  jobTitle: '',
  city: '',
  leadScore: null,
};

const write = (record: ApiRecord, values: LeadValues): ApiRecord => {
  const { twenty_record: twentyRecord } = recordToSnapshot(record, mapping);
  const { data, leftOut } = leadToRecord({ values, twentyRecord, mapping, defaultCountry: 'US' });
  expect(leftOut).toEqual({});
  return afterWrite(record, data) as ApiRecord;
};

test('what is written and read back equals the normalised lead', () => {
  check(
    fc.property(rawLeads, (lead) => {
      const read = recordToSnapshot(write(EMPTY_PERSON, lead), mapping);
      for (const row of mapping) {
        const field = row.lead_field;
        const raw = readLeadField(lead, field);
        if (raw === undefined) continue;
        const { kind, entries } = kindOf(row, twentyFieldOf(row));
        const normalised = normalise(kind, raw, { field, defaultCountry: 'US', entries });
        expect({ value: readLeadField(read, field) }).toEqual(normalised);
      }
    }),
  );
});

test('a lead that came back from Twenty is written again without a change', () => {
  check(
    fc.property(rawLeads, (lead) => {
      const record = write(EMPTY_PERSON, lead);
      const values = recordToSnapshot(record, mapping) as LeadValues;
      expect(write(record, values)).toEqual(record);
    }),
  );
});

test('writing the same raw lead twice is quiet the second time', () => {
  check(
    fc.property(rawLeads, (lead) => {
      const once = write(EMPTY_PERSON, lead);
      expect(write(once, lead)).toEqual(once);
    }),
  );
});
