import type { Json } from './store';

export interface Golden {
  name: string;
  lead: Json;
  score: number;
  raw: number;
  rules: Record<string, number>;
  groups: Record<string, number>;
}

export const daysAgo = (days: number): string => new Date(Date.now() - (days + 0.5) * 86_400_000).toISOString();
export const dayAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
export const OLD = daysAgo(100);

/** Worked out by hand from the starter set: each rule's points, each group within its limits, the sum, and that from 0 to 100. */
export const GOLDEN: Golden[] = [
  {
    name: 'nothing known',
    lead: { created_at: OLD },
    score: 0,
    raw: -10,
    rules: { email_missing: -10 },
    groups: { contact: -10 },
  },
  {
    name: 'an ideal lead, cut at 100',
    lead: {
      email: 'ada@acme.com',
      phone: '+33612345678',
      job_title: 'Founder & CTO',
      company_name: 'Acme',
      company_size: '201-500',
      lead_source: 'Demo',
      lead_status: 'qualified',
      created_at: OLD,
      attributes: { pricing_page_views: 3 },
    },
    score: 100,
    raw: 115,
    rules: {
      role_top: 25,
      company_mid: 20,
      company_named: 5,
      email_corporate: 10,
      phone_known: 5,
      source_asked: 25,
      status_qualified: 15,
      pricing_views: 10,
    },
    groups: { role: 25, company: 25, contact: 15, source: 25, status: 15, intent: 10 },
  },
  {
    name: 'a role counted twice, up to its group’s limit',
    lead: { email: 'a@acme.com', job_title: 'Director, Co-Founder', created_at: OLD },
    score: 40,
    raw: 40,
    rules: { role_top: 25, role_head: 20, email_corporate: 10 },
    groups: { role: 30, contact: 10 },
  },
  {
    name: 'a director is no CTO',
    lead: { email: 'a@acme.com', job_title: 'Director of Sales', created_at: OLD },
    score: 30,
    raw: 30,
    rules: { role_head: 20, email_corporate: 10 },
    groups: { role: 20, contact: 10 },
  },
  {
    name: 'a free address written oddly',
    lead: { email: ' Ada@GMail.com ', lead_source: ' WEBINAR', created_at: OLD },
    score: 10,
    raw: 10,
    rules: { email_free: -5, source_event: 15 },
    groups: { contact: -5, source: 15 },
  },
  {
    name: 'points that fade: a demo 15 of 30 days ago, a visit 7 of 14 days ago, a lead 7 of 14 days old',
    lead: {
      email: 'a@acme.com',
      created_at: daysAgo(7),
      attributes: { demo_requested_at: dayAgo(15), last_visit_at: `${dayAgo(7)}T00:00:00Z` },
    },
    score: 38,
    raw: 37.5,
    rules: { demo_requested: 15, visited_lately: 7.5, new_lead: 5, email_corporate: 10 },
    groups: { intent: 22.5, timing: 5, contact: 10 },
  },
  {
    name: 'lost, and cut at 0',
    lead: { email: 'a@acme.com', job_title: 'CEO', lead_status: 'Lost', created_at: OLD },
    score: 0,
    raw: -15,
    rules: { role_top: 25, email_corporate: 10, status_out: -50 },
    groups: { role: 25, contact: 10, status: -50 },
  },
  {
    name: 'an old lead of a large company',
    lead: { email: 'a@acme.com', company_size: '10,001+ employees', created_at: daysAgo(400) },
    score: 15,
    raw: 15,
    rules: { email_corporate: 10, company_large: 15, old_lead: -10 },
    groups: { contact: 10, company: 15, timing: -10 },
  },
  {
    name: 'dates and numbers that are none',
    lead: {
      email: 'a@acme.com',
      created_at: OLD,
      attributes: { last_visit_at: '2026-02-31?', demo_requested_at: 'soon', pricing_page_views: 'many' },
    },
    score: 10,
    raw: 10,
    rules: { email_corporate: 10 },
    groups: { contact: 10 },
  },
  {
    name: 'a student in a rich country, which weighs nothing',
    lead: { email: 'a@gmail.com', job_title: 'Student', country: 'France', created_at: OLD },
    score: 0,
    raw: -25,
    rules: { role_learner: -20, email_free: -5, income_high: 0 },
    groups: { role: -20, contact: -5, place: 0 },
  },
];
