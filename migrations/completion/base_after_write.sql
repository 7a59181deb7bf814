-- What a completed write leaves: each sent field whose base is still what it was when the intent was recorded takes what was sent and what Twenty returned.
-- A value that stays here (the intent's left_out, or its unusable: what the node left out) counts as agreed, although Twenty has another one, which it keeps: an edit
-- there since it was read is still to be merged. One that was edited meanwhile is not: where it comes back, it is due.
-- A field that the answer does not name was not sent: the node did not know its mapping yet.
-- When the record is another incarnation (p_reborn) the base is that and what is as it was agreed; everything else is due again.
-- What Twenty has is the truth of a field that flows both ways: where it returned something else than a spelling of what was sent (the company with this domain
-- has another name), the lead takes that, and a value that gets lost so is a conflict. A lead that was edited meanwhile (its company: in whichever field) keeps
-- its own, which counts as made on top of what Twenty returned. Two spellings that differ in capitals only, and an option by its name there, are taken without a conflict.
--   p_local  the lead's values now
-- Returns {base_local, base_remote, taken: {field: value or null}, conflicts: [{field, winner, supabase_value, twenty_value, reason}]}.
create or replace function lead_sync.base_after_write(
  p_local jsonb, p_base_local jsonb, p_base_remote jsonb, p_intent jsonb, p_returned jsonb, p_reborn boolean, p_rules jsonb
) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_sent jsonb := p_intent -> 'values';
  v_stored jsonb := v_sent; -- as Twenty spells it: of what is sent a domain alone comes back in another spelling mostly
begin
  if v_sent ? 'company_domain' and p_rules @> '[{"field": "company_domain", "kind": "domain"}]'
    and lead_sync.is_same('domain', v_sent -> 'company_domain', p_returned -> 'company_domain') then
    v_stored := v_sent || jsonb_build_object('company_domain', p_returned -> 'company_domain');
  end if;
  -- mostly Twenty returns what was sent and nothing else happened, which is sooner told
  if not p_reborn and p_base_local = p_intent -> 'base_local' and p_base_remote = p_intent -> 'base_remote' and not p_intent ?| '{left_out,unusable}'
    and p_returned || v_stored = p_returned then
    return jsonb_build_object(
      'base_local', jsonb_strip_nulls(p_base_local || v_sent), 'base_remote', jsonb_strip_nulls(p_base_remote || v_stored), 'taken', '{}'::jsonb, 'conflicts', '[]'::jsonb
    );
  end if;
  return (
    select jsonb_build_object(
      'base_local', jsonb_strip_nulls(
        case when p_reborn then lead_sync.still_agreed(p_base_local, p_base_remote, p_returned) else p_base_local end
        || coalesce(jsonb_object_agg(f.key, case when f.replaced or f.unusable and f.edited then f.returned else f.here end) filter (where f.kept), '{}')
      ),
      'base_remote', jsonb_strip_nulls(
        case when p_reborn then lead_sync.still_agreed(p_base_remote, p_base_remote, p_returned) else p_base_remote end || coalesce(jsonb_object_agg(f.key, f.returned) filter (where f.kept and not f.unusable), '{}')
      ),
      'taken', coalesce(jsonb_object_agg(f.key, f.returned) filter (where f.kept and f.replaced and not f.edited), '{}'),
      'conflicts', coalesce(jsonb_agg(jsonb_build_object(
        'field', f.key, 'winner', 'twenty', 'supabase_value', f.here, 'twenty_value', f.returned, 'reason', case
          when f.of_company then 'the company in Twenty has this value: edit the company there'
          else 'Twenty stored another value than it was sent'
        end
      ) order by f.key) filter (
        where f.kept and f.replaced and not f.edited and f.here <> 'null' and lower(f.here #>> '{}') is distinct from lower(f.returned #>> '{}')
        and (f.rule -> 'translations' -> (f.returned #>> '{}')) is distinct from f.here
      ), '[]')
    )
    from (
      select e.key, c.here, p_returned -> e.key as returned, c.of_company, r.rule, r.rule is not null as replaced, c.unusable and not c.of_company as unusable,
        case
          when c.of_company then bool_or(c.of_company and c.edited) over ()
          else c.edited
        end as edited,
        p_returned ? e.key and (p_reborn or (
          (p_base_local -> e.key) is not distinct from (p_intent -> 'base_local' -> e.key)
          and (p_base_remote -> e.key) is not distinct from (p_intent -> 'base_remote' -> e.key)
        )) as kept
      from jsonb_each(p_intent -> 'values') as e
      cross join lateral (
        select e.key in ('company_name', 'company_domain') as of_company, i.here, coalesce(p_local -> e.key, 'null') <> i.here as edited,
          i.unusable, case when i.unusable then 'null' else e.value end as sent
        from (
          select coalesce(p_intent -> 'left_out' -> e.key, e.value) as here, coalesce(p_intent -> 'unusable' ? e.key, false) as unusable
        ) as i
      ) as c
      left join lateral (
        select k as rule
        from jsonb_array_elements(case when c.sent is distinct from p_returned -> e.key then p_rules else '[]' end) as k
        where k ->> 'field' = e.key and k ->> 'direction' = 'both' and e.key <> 'deleted'
          and not (c.unusable and not c.of_company) and not lead_sync.is_same(k ->> 'kind', c.sent, p_returned -> e.key)
      ) as r on true
    ) as f
  );
end
$$;
