import { identity, Ledger } from '../../../proofs/crash/identities';
import type { Person } from '../../../proofs/crash/twenty-side';
import { judge, type Lead, type Stores } from '../../../proofs/crash/verdict';

const SEED = 1;
const ada = identity(SEED, 'supabase', 1);

function lead(changes: Partial<Lead> = {}): Lead {
  return {
    id: ada.leadId,
    twenty_id: ada.personId,
    first_name: ' Ada ',
    last_name: ada.tag,
    email: ada.email?.toUpperCase() ?? null,
    phone: '+1212555 0101',
    job_title: 'CTO',
    company_name: null,
    city: 'Paris',
    country: 'FR',
    lead_status: 'new',
    sync_status: 'synced',
    sync_error_message: null,
    ...changes,
  };
}

function person(changes: Partial<Person> = {}): Person {
  return {
    id: ada.personId,
    name: { firstName: 'Ada', lastName: ada.tag },
    emails: { primaryEmail: ada.email ?? '' },
    phones: { primaryPhoneNumber: '2125550101', primaryPhoneCallingCode: '+1' },
    jobTitle: 'CTO',
    city: 'Paris',
    country: 'FR',
    leadStatus: 'new',
    companyId: null,
    updatedAt: '2026-01-01T00:00:00.000Z',
    deletedAt: null,
    ...changes,
  };
}

function ledgerOfAda(): Ledger {
  const ledger = new Ledger();
  ledger.add(ada);
  return ledger;
}

const stores = (changes: Partial<Stores> = {}): Stores => ({
  leads: [lead()],
  people: [person()],
  companies: [],
  ...changes,
});

describe('the verdict of the crash test', () => {
  it('finds nothing wrong where both sides are equal but for their spelling', () => {
    expect(judge(ledgerOfAda(), stores())).toEqual({ leads: 1, lost: 0, doubled: 0, violations: [] });
  });

  it('counts somebody who is missing on one side as lost', () => {
    const verdict = judge(ledgerOfAda(), stores({ people: [] }));

    expect(verdict).toMatchObject({ lost: 1, doubled: 0, violations: [`${ada.tag} is missing in Twenty.`] });
  });

  it('counts somebody who was created twice as doubled', () => {
    const again = person({ id: '00000000-0000-4000-8000-000000000001' });

    const verdict = judge(ledgerOfAda(), stores({ people: [person(), again] }));

    expect(verdict).toMatchObject({ lost: 0, doubled: 1 });
  });

  it('counts a company that was created twice as doubled', () => {
    const company = { name: 'Acme', domainName: { primaryLinkUrl: 'https://acme.example' } };

    const verdict = judge(
      ledgerOfAda(),
      stores({
        companies: [
          { id: '1', ...company },
          { id: '2', ...company },
        ],
      }),
    );

    expect(verdict).toMatchObject({ lost: 0, doubled: 1 });
  });

  it('counts an edit of one side that is gone as lost, even where both sides agree', () => {
    const ledger = ledgerOfAda();
    ledger.jobTitles.set(ada.tag, 'CEO');

    expect(judge(ledger, stores())).toMatchObject({ lost: 1, doubled: 0 });
  });

  it.each([
    ['a field differs', stores({ leads: [lead({ lead_status: 'won' })] })],
    ['a lead is linked to somebody else', stores({ leads: [lead({ twenty_id: null })] })],
    ['a lead is on its way', stores({ leads: [lead({ sync_status: 'syncing' })] })],
    [
      'somebody is there whom nobody wrote',
      stores({ people: [person(), person({ name: { firstName: 'B', lastName: 'b' } })] }),
    ],
  ])('is not content when %s', (_, found) => {
    expect(judge(ledgerOfAda(), found).violations).toHaveLength(1);
  });
});
