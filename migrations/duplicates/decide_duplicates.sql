-- Decides on pairs of leads that may be one person, all in one way. What somebody decided before stays, and is told.
--   p_pairs     1 to 200 of [{keep, drop, choices}], choices as in merge_leads; of a dismissal keep and drop are just the two
--   p_decision  merge | dismiss (they are two people) | reopen (somebody dismissed the pair: it is listed again)
-- Returns {decided, results: [{keep, drop, decided, problem, decision, decided_by, decided_at, merge}]}; problem: why this call did not decide; decision: merged, not_duplicate or null; merge: as of
-- merge_leads, whose part in Twenty is left to the next push. Raises 22023 on a malformed call.
create or replace function public.decide_duplicates(p_pairs jsonb, p_decision text) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_each record;
  v_pair lead_sync.duplicate_pairs;
  v_open lead_sync.merges;
  v_merge jsonb;
  v_problem text;
  v_state text;
  v_results jsonb[] := '{}';
begin
  if p_decision is null or p_decision not in ('merge', 'dismiss', 'reopen') then
    raise exception 'p_decision must be merge, dismiss or reopen, got %', p_decision using errcode = '22023';
  elsif jsonb_typeof(p_pairs) is distinct from 'array' or jsonb_array_length(p_pairs) not between 1 and 200
    or exists (select from jsonb_array_elements(p_pairs) as p where not coalesce(lead_sync.is_uuid(p ->> 'keep') and lead_sync.is_uuid(p ->> 'drop'), false)) then
    raise exception 'p_pairs must be 1 to 200 of {"keep", "drop"}, two leads each' using errcode = '22023';
  end if;
  perform from public.leads as l
  where l.id in (select (p ->> k)::uuid from jsonb_array_elements(p_pairs) as p cross join unnest(array['keep', 'drop']) as k)
  order by l.id for no key update;

  for v_each in
    select (p ->> 'keep')::uuid as keep, (p ->> 'drop')::uuid as drop, coalesce(p -> 'choices', '{}') as choices from jsonb_array_elements(p_pairs) as p
  loop
    v_merge := null;
    v_problem := null;
    select p.* into v_pair from lead_sync.duplicate_pairs as p
    where p.lead_a = least(v_each.keep, v_each.drop) and p.lead_b = greatest(v_each.keep, v_each.drop) for update;
    if not found then
      v_problem := 'The pair is not listed any more: one of the two changed or is gone';
    elsif p_decision = 'reopen' then
      update lead_sync.duplicate_pairs as p set decided = null, decided_by = null, decided_at = null
      where p.lead_a = v_pair.lead_a and p.lead_b = v_pair.lead_b and p.decided = 'not_duplicate';
      if found then
        perform public.note_action('reopen_duplicate', jsonb_build_object('lead_ids', jsonb_build_array(v_pair.lead_a, v_pair.lead_b)));
      else
        v_problem := 'Nobody dismissed the pair';
      end if;
    elsif v_pair.decided = 'not_duplicate' or v_pair.decided = 'merged' and not lead_sync.both_live(v_each.keep, v_each.drop) then
      v_problem := 'It was decided before';
    else
      select m.* into v_open from lead_sync.merges as m
      where m.settled_at is null and m.keep_id in (v_each.keep, v_each.drop) and m.drop_id in (v_each.keep, v_each.drop);
      if found then
        v_problem := format('%s asked for the merge before, and it is at work', coalesce(v_open.asked_by, 'Somebody'));
      else
        begin
          if p_decision = 'merge' then
            v_merge := public.merge_leads(v_each.keep, v_each.drop, v_each.choices, lead_sync.actor(), false);
            v_problem := case when v_merge ->> 'step' = 'refused' then v_merge ->> 'problem' end;
          else
            perform public.dismiss_duplicate(v_each.keep, v_each.drop, lead_sync.actor());
          end if;
        exception when others or assert_failure then
          get stacked diagnostics v_problem = message_text, v_state = returned_sqlstate;
          if lead_sync.ends_the_call(v_state) then
            raise;
          end if;
        end;
      end if;
    end if;
    select p.* into v_pair from lead_sync.duplicate_pairs as p
    where p.lead_a = least(v_each.keep, v_each.drop) and p.lead_b = greatest(v_each.keep, v_each.drop);
    v_results := v_results || jsonb_build_object(
      'keep', v_each.keep, 'drop', v_each.drop, 'decided', v_problem is null, 'problem', left(v_problem, 500),
      'decision', v_pair.decided, 'decided_by', v_pair.decided_by, 'decided_at', v_pair.decided_at, 'merge', v_merge - 'people'
    );
  end loop;
  return jsonb_build_object('decided', (select count(*) from unnest(v_results) as r where (r -> 'decided')::boolean), 'results', to_jsonb(v_results));
end
$$;
