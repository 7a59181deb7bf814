/** A lead that arrived, or that was escalated, as `claim_lead_news` gives it. Its texts are what others wrote. */
export interface LeadNews {
  /** 0: it arrived; above: how often it was escalated. */
  level: number;
  lead_id: string;
  name: string | null;
  company: string | null;
  phone: string | null;
  email: string | null;
  source: string;
  score: number | null;
  segment: string | null;
  /** Who is to call; null: nobody was found. */
  rep: string | null;
  /** ISO 8601. */
  arrived_at: string;
}

/** What there is to tell: the first leads by name, of the rest how many. */
export interface NewsAnswer {
  new: { count: number; by_source: Array<{ source: string; count: number }>; leads: LeadNews[] };
  escalated: { count: number; leads: LeadNews[] };
  ids: number[];
  waiting: number;
}
