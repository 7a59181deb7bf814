-- Remembers that two leads are two people: the pair is not listed again, found or not, until one of them is gone. In either order; safe to repeat.
--   p_by  who says so, for the record
-- Returns {lead_a, lead_b, decided, decided_by, decided_at}. Raises 22023 when a lead is not there or both are one, PT409 when the two were merged.
create or replace function public.dismiss_duplicate(p_a uuid, p_b uuid, p_by text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_pair lead_sync.duplicate_pairs;
begin
  if p_a is null or p_b is null or p_a = p_b then
    raise exception 'Two leads are needed, got % and %', p_a, p_b using errcode = '22023';
  elsif (select count(*) from public.leads as l where l.id in (p_a, p_b)) < 2 then
    raise exception 'One of the leads % and % is not there', p_a, p_b using errcode = '22023', hint = 'List pairs with list_duplicates.';
  end if;
  insert into lead_sync.duplicate_pairs as p (lead_a, lead_b, score, reasons, decided, decided_by, decided_at)
  values (least(p_a, p_b), greatest(p_a, p_b), 1, '{}', 'not_duplicate', left(p_by, 200), clock_timestamp())
  on conflict (lead_a, lead_b) do update set
    decided = 'not_duplicate',
    decided_by = case when p.decided = 'not_duplicate' then p.decided_by else excluded.decided_by end,
    decided_at = coalesce(case when p.decided = 'not_duplicate' then p.decided_at end, excluded.decided_at)
  where p.decided is distinct from 'merged' or lead_sync.both_live(p_a, p_b)
  returning * into v_pair;
  if not found then
    raise exception 'The leads % and % were merged', p_a, p_b using errcode = 'PT409', hint = 'Undo the merge first: undo_merge.';
  end if;
  perform public.note_action('dismiss_duplicate', jsonb_build_object('lead_ids', jsonb_build_array(p_a, p_b)), p_by);
  return jsonb_build_object(
    'lead_a', v_pair.lead_a, 'lead_b', v_pair.lead_b, 'decided', v_pair.decided, 'decided_by', v_pair.decided_by, 'decided_at', v_pair.decided_at
  );
end
$$;
