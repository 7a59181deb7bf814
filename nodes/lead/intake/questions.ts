import type { Answer } from './answer';

/**
 * What forms call what we look for: of a lead (the names of its fields), of a touch (`touch.…`), or `envelope`, what a form
 * service says of its own delivery and nobody asks for later; beside its ID of the submission, the event's, too. The spellings
 * are as `plain` writes them, the surest first; those of Meta's standard questions are among them.
 */
const SPELLINGS: Record<string, string> = {
  first_name: 'firstname fname givenname forename vorname prenom namefirst fullnamefirst',
  last_name: 'lastname lname surname familyname nachname namelast fullnamelast',
  full_name: 'fullname name completename contactname personname customername',
  email:
    'email emailaddress mail emailid contactemail workemail businessemail companyemail workemailaddress businessemailaddress',
  phone:
    'phone phonenumber phonenumberfull telephone telephonenumber tel mobile mobilenumber mobilephone cell cellphone contactnumber whatsapp whatsappnumber workphone workphonenumber telefon',
  job_title: 'jobtitle jobrole position designation',
  company_name: 'company companyname organisation organization organisationname organizationname businessname firma',
  company_domain: 'companydomain companywebsite website websiteurl companyurl',
  company_size: 'companysize numberofemployees employees employeecount teamsize',
  city: 'city town',
  region: 'region state province stateprovince',
  country: 'country countryname',
  postal_code: 'postalcode postcode zip zipcode pincode',
  linkedin_url: 'linkedin linkedinurl linkedinprofile linkedinprofileurl',
  'touch.external_id': 'submissionid responseid entryid leadgenid formresponsetoken',
  'touch.time': 'submittedat submissiontime submissiondate createdtime createdat',
  'touch.form': 'formname formtitle payloadname formid',
  'touch.campaign': 'utmcampaign campaignname campaign',
  'touch.medium': 'utmmedium medium',
  'touch.ad_set': 'adsetname adset',
  'touch.ad': 'utmcontent adname',
  'touch.landing_page': 'landingpage landingpageurl pageurl sourceurl formurl referrerurl pageuri',
  envelope:
    'eventtype triggertype respondentid webhookid siteid pageid useragent remoteip ip grecaptcharesponse hcaptcharesponse cfturnstileresponse csrftoken nonce',
  'envelope.event': 'eventid',
};

const RANKED = new Map(
  Object.entries(SPELLINGS).flatMap(([field, spellings]) =>
    spellings.split(' ').map((spelling, rank) => [spelling, { field, rank }] as const),
  ),
);

/** What a question asks for: how sure that is (0 is the surest), and how deep in the payload it was. */
export interface Meaning {
  field: string;
  rank: number;
  depth: number;
}

/** No question of a form is asked in more letters; what is longer has no meaning here. */
const LONGEST_NAME = 200;
/** As many parts of a path as a spelling has: `data.contact.name` is known by "contact.name". */
const MOST_PARTS = 3;

/** Whether it is of the form itself, and no answer. */
export const isOfForm = (field: string): boolean => /^(?:envelope|touch)\b/.test(field);

/** A name of a question, whatever its case, blanks, hyphens, accents, stars and remarks in brackets. */
export function plain(name: string): string {
  const bare = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\([^()]*\)/g, '');
  const words = bare.replace(/^q\d+_/, '').replace(/[^\p{L}\p{N}]+/gu, '');
  return words.replace(/^(?:whatisyour|whatsyour|(?:please)?enteryour|your|my)(?=.)/, '');
}

/** The parts of a path, `data.contact.name` or `contact[name]`. */
export function partsOf(name: string): string[] {
  return name
    .replace(/\[([^[\]]*)\]/g, '.$1')
    .split('.')
    .filter(Boolean);
}

/** What a question asks for; null for one that only its form knows. */
export function meaningOf({ names }: Answer): Meaning | null {
  for (const name of names.filter(({ length }) => length <= LONGEST_NAME)) {
    const path = partsOf(name);
    const last = path.slice(-MOST_PARTS).map(plain);
    for (const spelling of [plain(name), ...last.map((_part, from) => last.slice(from).join(''))]) {
      const known = RANKED.get(spelling);
      if (known !== undefined) return { ...known, depth: path.length };
    }
  }
  return null;
}
