export interface Rule {
  rule_key: string;
  rule_group: string;
  attribute: string;
  operator: string;
  value: unknown;
  points: number;
  decay_days: number | null;
  enabled: boolean;
  description: string | null;
}

export interface Group {
  rule_group: string;
  lowest: number | null;
  highest: number | null;
}

/** What `get_scoring_rules` returns. */
export interface ScoringRules {
  version: number;
  published_at: string | null;
  draft: Rule[];
  groups: Group[];
  in_force: { rules: Rule[] } | null;
  versions: Array<{ version: number; published_at: string; note: string | null; rules: number }>;
  draft_differs: boolean;
  attributes: string[];
  operators: string[];
}
