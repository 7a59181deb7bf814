-- Turns instant pushes on: from now on, a change that must go out calls the push workflow within milliseconds of its commit, at most four times a second. Where the
-- edge replica is on, a change that must go to the edge calls the workflow Supabase to D1 sync likewise; where leads are assigned, one that arrives calls Speed to lead.
-- Addresses that are not named stay; called without any, it only notifies.
--   p_url       address of the push workflow's webhook, called by pg_net; never given: only NOTIFY on the channel lead_sync_due
--   p_secret    what the calls carry in the header X-Lead-Sync-Secret; left out, the one that is set stays, or one is made
--   p_edge_url  address of the webhook of Supabase to D1 sync; never given: only NOTIFY on the channel lead_sync_edge_due
--   p_arrivals_url  address of the webhook of Speed to lead; never given: only NOTIFY on the channel lead_sync_arrived
-- Returns {enabled, calls: notify | notify and pg_net, channel, header, secret, hint}; secret only when it was made here: put it into n8n's credential.
create or replace function public.enable_instant_push(
  p_url text default null, p_secret text default null, p_edge_url text default null, p_arrivals_url text default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_url text := nullif(btrim(p_url), '');
  v_edge_url text := nullif(btrim(p_edge_url), '');
  v_arrivals_url text := nullif(btrim(p_arrivals_url), '');
  v_secret text := p_secret;
  v_made text;
  v_calls boolean;
begin
  if v_url !~ '^https?://[^[:space:]]+$' then
    raise exception 'p_url is not an address' using errcode = '22023', hint = 'Copy the production URL of the node "When leads are due" in n8n, https://….';
  elsif v_edge_url !~ '^https?://[^[:space:]]+$' then
    raise exception 'p_edge_url is not an address' using errcode = '22023', hint = 'Copy the production URL of the node "When rows are due" in n8n, https://….';
  elsif v_arrivals_url !~ '^https?://[^[:space:]]+$' then
    raise exception 'p_arrivals_url is not an address' using errcode = '22023', hint = 'Copy the production URL of the node "When leads arrive" in n8n, https://….';
  elsif coalesce(v_url, v_edge_url, v_arrivals_url) is null and p_secret is not null then
    raise exception 'A secret needs an address to go to' using errcode = '22023', hint = 'Give p_url, too, or neither.';
  elsif length(p_secret) < 16 then
    raise exception 'The secret is shorter than 16 characters' using errcode = '22023', hint = 'Leave p_secret out: one is made.';
  end if;
  if coalesce(v_url, v_edge_url, v_arrivals_url) is not null and v_secret is null then
    select i.secret into v_secret from lead_sync.instant_push as i;
    if v_secret is null then
      v_made := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
      v_secret := v_made;
    end if;
  end if;

  if coalesce(v_url, v_edge_url, v_arrivals_url) is not null then
    select coalesce(v_url, i.url), coalesce(v_edge_url, i.edge_url), coalesce(v_arrivals_url, i.arrivals_url) into v_url, v_edge_url, v_arrivals_url
    from (select) as always left join lead_sync.instant_push as i on true;
  end if;
  insert into lead_sync.instant_push (url, secret, edge_url, arrivals_url) values (v_url, v_secret, v_edge_url, v_arrivals_url)
  on conflict (only_row) do update set url = excluded.url, secret = excluded.secret, edge_url = excluded.edge_url, arrivals_url = excluded.arrivals_url;
  perform setval('lead_sync.last_push_call', 1), setval('lead_sync.last_edge_call', 1), setval('lead_sync.last_arrivals_call', 1);

  v_calls := coalesce(v_url, v_edge_url, v_arrivals_url) is not null and lead_sync.has_pg_net();
  perform public.note_action('enable_instant_push', '{}');
  return jsonb_build_object(
    'enabled', true,
    'calls', case when v_calls then 'notify and pg_net' else 'notify' end,
    'channel', 'lead_sync_due',
    'header', 'X-Lead-Sync-Secret',
    'secret', v_made,
    'hint', case
      when coalesce(v_url, v_edge_url, v_arrivals_url) is not null and not v_calls then
        'The extension pg_net is not installed, so that nothing calls the address: install it (Supabase: Database, Extensions), or let something listen to the channel.'
    end
  );
end
$$;
