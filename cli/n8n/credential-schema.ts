/** What `GET /credentials/schema/{type}` answers, as far as it decides what has to be given. */
export interface CredentialSchema {
  properties?: Record<string, { enum?: unknown[] }>;
  /** Older n8n (1.x): what has to be given depends on other values, also on those that are left out. */
  allOf?: Array<{
    if?: { properties?: Record<string, { enum?: unknown[]; pattern?: string }> };
    then?: { allOf?: Array<{ required?: string[] }> };
  }>;
}

/** The values of a credential with what n8n asks for besides, as the editor sends it. */
export function completeData(
  data: Record<string, unknown>,
  schema: CredentialSchema | undefined,
): Record<string, unknown> {
  const complete = { ...data };
  for (const { if: condition, then } of schema?.allOf ?? []) {
    for (const [name, { enum: values, pattern }] of Object.entries(condition?.properties ?? {})) {
      const other = schema?.properties?.[name]?.enum?.find((value) => values !== undefined && !values.includes(value));
      if (complete[name] === undefined && other !== undefined) complete[name] = other;
      const holds =
        pattern === undefined ? values?.includes(complete[name]) : new RegExp(pattern).test(String(complete[name]));
      if (!holds) continue;
      for (const needed of then?.allOf?.flatMap(({ required }) => required ?? []) ?? []) complete[needed] ??= '';
    }
  }
  return complete;
}
