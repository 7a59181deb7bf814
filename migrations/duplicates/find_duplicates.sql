-- Looks for leads that may be one person, among those that are new or changed since the last search, and keeps lead_sync.duplicate_pairs as it finds them; list_duplicates
-- shows them. Works for about p_seconds: call it again while has_more. The upkeep calls it daily where find_duplicates of lead_sync.settings is true.
--   p_seconds  0.5 to 50; the API cuts calls at 8 seconds
--   p_full     true: begins anew with all leads
-- Returns {has_more, read, compared, found, gone, skipped_blocks, similar_names, open, seconds}, all but the last two of the round, which may take several calls.
--   gone            pairs for which no rule holds any more
--   skipped_blocks  groups of more than 50 leads with one address, number or beginning of name and company: not compared by that
--   similar_names   false where the extension pg_trgm is not there: names and companies count only where they are equal
--   open            pairs that nobody decided on
-- Raises PT409 while another search is at work, 22023 on a malformed call.
create or replace function public.find_duplicates(p_seconds numeric default 4, p_full boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_started timestamptz := clock_timestamp();
  v_figures jsonb;
begin
  if p_seconds is null or p_seconds not between 0.5 and 50 then
    raise exception 'p_seconds must be between 0.5 and 50, got %', p_seconds using errcode = '22023';
  end if;
  if p_full then
    update lead_sync.duplicate_search as s set from_time = '-infinity', from_id = '00000000-0000-0000-0000-000000000000', round_began_at = null where s.only_row;
    update lead_sync.duplicate_marks as m set due = true where not m.due;
  end if;
  v_figures := lead_sync.search_duplicates(v_started + make_interval(secs => p_seconds::double precision));
  return v_figures || jsonb_build_object(
    'open', lead_sync.count_duplicates(), 'seconds', round(extract(epoch from clock_timestamp() - v_started)::numeric, 2)
  );
end
$$;
