import type { Json } from '../store';

/** A table `public.leads` that a project had before the sync. */
export interface Shape {
  name: string;
  sql: string;
  /** What the plan says of it, in part. */
  plan: Json;
  /** Ada's row, which is there, and its key. */
  ada: string;
  adaKey: string;
  /** Whose rows the app makes while the sync is at work: Grace's. */
  grace: string;
  /** A change of Grace's city or name by the app, and what the lead has then. */
  edit: string;
  edited: Json;
  /** What the app sees after the pull: of Ada, and of Alan, who is new, or nothing where no row can be made. */
  adaAfter: Json;
  alanAfter: Json | null;
  /** Columns to look at. */
  look: string;
  email: string;
}

const OWN_TRIGGER = `
  create function public.tidy() returns trigger language plpgsql as $$
  begin new.email := lower(new.email); new.touched := new.touched + 1; return new; end $$;
  create trigger tidy before insert or update on public.leads for each row execute function public.tidy();`;

/** What the pull brings: Ada has another phone and city, Alan is new. */
export const PULLED: Json[] = [
  { email: 'ada@old.example', phone: '+44 20 7946 0001', city: 'London' },
  { email: 'alan@new.example', first_name: 'Alan', last_name: 'Turing', city: 'Wilmslow' },
];

export const SHAPES: Shape[] = [
  {
    name: 'a uuid key and our very columns, with row level security and a policy for visitors',
    sql: `
      create table public.leads (id uuid primary key default gen_random_uuid(), first_name text, last_name text, email text unique, phone text, city text,
        created_at timestamptz not null default now());
      alter table public.leads enable row level security;
      create policy visitors on public.leads for insert to anon with check (email is not null);
      grant insert on public.leads to anon;
      create index leads_created_at_idx on public.leads (created_at); create index leads_email_idx on public.leads (email);`,
    plan: {
      key: 'id',
      inserts: true,
      row_level_security: true,
      policies: 1,
      columns: { first_name: 'first_name', last_name: 'last_name', email: 'email', phone: 'phone', city: 'city' },
    },
    ada: `insert into public.leads (id, first_name, last_name, email) values ('00000000-0000-4000-8000-000000000001', 'Ada', 'Lovelace', 'ada@old.example')`,
    adaKey: '00000000-0000-4000-8000-000000000001',
    grace: `set role anon; insert into public.leads (first_name, last_name, email) values ('Grace', 'Hopper', 'grace@app.example'); reset role`,
    edit: `update public.leads set city = 'Arlington' where email = 'grace@app.example'`,
    edited: { city: 'Arlington', first_name: 'Grace' },
    look: 'first_name, last_name, phone, city',
    adaAfter: { first_name: 'Ada', last_name: 'Lovelace', phone: '+44 20 7946 0001', city: 'London' },
    alanAfter: { first_name: 'Alan', last_name: 'Turing', phone: null, city: 'Wilmslow' },
    email: 'email',
  },
  {
    name: 'a serial key, one column for the name, and a trigger that tidies',
    sql: `create table public.leads (id serial primary key, name text, email text not null, town text, touched integer not null default 0); ${OWN_TRIGGER}`,
    plan: { key: 'id', inserts: true, triggers: ['tidy'], columns: { name: 'name', email: 'email', city: 'town' } },
    ada: `insert into public.leads (name, email) values ('Ada King Lovelace', 'Ada@Old.Example')`,
    adaKey: '1',
    grace: `insert into public.leads (name, email) values ('Hopper, Grace', 'GRACE@app.example')`,
    edit: `update public.leads set name = 'Grace Brewster Hopper' where email = 'grace@app.example'`,
    edited: { first_name: 'Grace Brewster', last_name: 'Hopper' },
    look: 'name, town',
    adaAfter: { name: 'Ada King Lovelace', town: 'London' },
    alanAfter: { name: 'Alan Turing', town: 'Wilmslow' },
    email: 'email',
  },
  {
    name: 'a text key that the app makes, an enum and short texts',
    sql: `
      create type public.stage as enum ('new', 'won');
      create table public.leads (ref text primary key, full_name varchar(40), work_email varchar(60), mobile varchar(16), stage public.stage not null default 'new',
        city varchar(6));`,
    plan: {
      key: 'ref',
      inserts: true,
      columns: { name: 'full_name', email: 'work_email', phone: 'mobile', lead_status: 'stage', city: 'city' },
    },
    ada: `insert into public.leads values ('L-1', 'Ada Lovelace', 'ada@old.example', null, 'won')`,
    adaKey: 'L-1',
    grace: `insert into public.leads values ('L-2', 'Grace Hopper', 'grace@app.example', '+1 555 0100', 'new')`,
    edit: `update public.leads set mobile = null, stage = 'won' where ref = 'L-2'`,
    edited: { phone: null, lead_status: 'won' },
    look: 'full_name, mobile, stage::text, city',
    // "+44 20 7946 0001" has 16 characters
    adaAfter: { full_name: 'Ada Lovelace', mobile: '+44 20 7946 0001', stage: 'won', city: 'London' },
    alanAfter: null,
    email: 'work_email',
  },
  {
    name: 'an identity key, names in camel case, a generated column, and a column that only the app can fill',
    sql: `
      create table public.leads ("leadId" bigint generated always as identity primary key, "firstName" text, "lastName" text, "emailAddress" text,
        "fullText" text generated always as ("firstName" || ' ' || "lastName") stored, "tenantId" integer not null, "phoneNumber" text);`,
    plan: {
      key: 'leadId',
      inserts: false,
      required: ['tenantId'],
      columns: { first_name: 'firstName', last_name: 'lastName', email: 'emailAddress', phone: 'phoneNumber' },
    },
    ada: `insert into public.leads ("firstName", "lastName", "emailAddress", "tenantId") values ('Ada', 'Lovelace', 'ada@old.example', 7)`,
    adaKey: '1',
    grace: `insert into public.leads ("firstName", "lastName", "emailAddress", "tenantId") values ('Grace', 'Hopper', 'grace@app.example', 7)`,
    edit: `update public.leads set "lastName" = 'Murray' where "emailAddress" = 'grace@app.example'`,
    edited: { last_name: 'Murray', first_name: 'Grace' },
    look: '"fullText", "phoneNumber"',
    adaAfter: { fullText: 'Ada Lovelace', phoneNumber: '+44 20 7946 0001' },
    alanAfter: null,
    email: '"emailAddress"',
  },
  {
    name: 'no primary key but a unique code, a mark for deleted rows, lists, and columns with our names and other types',
    sql: `
      create table public.leads (code integer not null unique default (random() * 1000000)::integer, email text, first_name text, phone text, city text,
        additional_emails text[], sync_status integer not null default 3, left_out boolean, attributes text, deleted_at timestamptz, score numeric(5, 1));
      alter table public.leads enable row level security;`,
    plan: {
      key: 'code',
      inserts: true,
      columns: {
        email: 'email',
        first_name: 'first_name',
        phone: 'phone',
        city: 'city',
        additional_emails: 'additional_emails',
        deleted: 'deleted_at',
        lead_score: 'score',
      },
    },
    ada: `insert into public.leads (code, email, first_name) values (11, 'ada@old.example', 'Ada');
      insert into public.leads (code, email, first_name, deleted_at) values (12, 'gone@old.example', 'Gone', now())`,
    adaKey: '11',
    grace: `insert into public.leads (code, email, first_name, additional_emails) values (13, 'grace@app.example', 'Grace', '{g@navy.example}')`,
    edit: `update public.leads set deleted_at = now(), score = 7.5 where code = 13`,
    edited: { additional_emails: ['g@navy.example'], lead_score: '7.5' },
    look: 'first_name, phone, city, deleted_at',
    adaAfter: { first_name: 'Ada', phone: '+44 20 7946 0001', city: 'London', deleted_at: null },
    alanAfter: { first_name: 'Alan', phone: null, city: 'Wilmslow', deleted_at: null },
    email: 'email',
  },
  {
    name: 'partitions, a trigger that refuses rows, and other names of ours that the project has, too',
    sql: `
      create table public.leads (id bigint generated by default as identity primary key, name text, email text, phone text, city text)
        partition by range (id);
      create table public.leads_low partition of public.leads for values from (0) to (1000000);
      create function public.guard() returns trigger language plpgsql as $$
      begin if new.email like 'alan@%' then raise exception 'no mathematicians'; end if; return new; end $$;
      create trigger guard before insert or update on public.leads for each row execute function public.guard();
      create view public.lead_analytics as select count(*) from public.leads;
      create table public.customer_segments (segment text);
      create sequence public.lead_sync_history_id_seq;
      create type public.country_names as enum ('fr');`,
    plan: {
      key: 'id',
      inserts: true,
      triggers: ['guard'],
      columns: { name: 'name', email: 'email', phone: 'phone', city: 'city' },
    },
    ada: `insert into public.leads (name, email) values ('Ada Lovelace', 'ada@old.example')`,
    adaKey: '1',
    grace: `insert into public.leads (name, email) values ('Grace Hopper', 'grace@app.example')`,
    edit: `update public.leads set phone = '+1 555 0100' where email = 'grace@app.example'`,
    edited: { phone: '+1 555 0100' },
    look: 'name, phone, city',
    adaAfter: { name: 'Ada Lovelace', phone: '+44 20 7946 0001', city: 'London' },
    alanAfter: null,
    email: 'email',
  },
];
