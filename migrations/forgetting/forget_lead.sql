-- Forgets a person: deletes their leads (deleted and joined ones too) with touches, activities, history, archive, conflicts, AI answers, tasks, inbox rows, findings and examples in alerts and runs, takes
-- their ids out of the audit log, and leaves keyed hashes of their addresses, Twenty ids, touches and rows: no read of Twenty, or of a table of the project's, makes a lead of them again, and each of Twenty that shows them says so (rejected, forgotten).
-- A form in which they write anew is taken, and lifts that. What Twenty holds is not reached from here: to_destroy names it, of earlier calls, too, until
-- confirm_forgotten says that it is destroyed there.
--   p_lead  a lead's id, its person's Twenty id, or an e-mail address: whose first one it is, or, where no live lead has it as that, the one live lead among whose additional ones it is
-- Returns {found, lead_ids, to_destroy: [{object, record_id}], hashes, erased: {leads, touches, activities, history, archive, conflicts, ai_answers, follow_ups, inbox, findings, notifications}}.
-- Safe to repeat: an address that no lead has is hashed all the same. Raises 22023 on what is neither an id nor an address; whatever a foreign key of the user's own raises.
create or replace function public.forget_lead(p_lead text) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_given text := lead_sync.email_key(p_lead);
  v_emails text[] := lead_sync.email_spellings(p_lead);
  v_id uuid := case when lead_sync.is_uuid(v_given) then v_given::uuid end;
  v_ids uuid[];
  v_twenty_ids uuid[];
  v_texts text[];
  v_masks text[];
  v_named text; -- what names them, as a pattern
  v_erased jsonb;
  v_count bigint;
begin
  if v_given is null or (v_id is null and v_given not like '%_@_%') then
    raise exception 'p_lead must be the ID of a lead or an e-mail address' using errcode = '22023', hint = 'Give one lead a call.';
  end if;
  -- nobody makes a lead of the address meanwhile: the door takes the same lock
  perform pg_advisory_xact_lock(hashtext('lead_sync.email'), b.bucket) from (select distinct hashtext(e) & 63 as bucket from unnest(v_emails) as e order by bucket) as b;
  v_ids := array(
    select l.id from public.leads as l
    where (v_id is not null and (l.id = v_id or l.twenty_id = v_id))
      or (v_id is null and case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end = any (v_emails))
  );
  -- where a live lead has the address as its first one, who has it as another one is somebody else
  if v_id is null and not exists (select from public.leads as l where l.id = any (v_ids) and l.deleted_at is null) then
    v_ids := array_remove(v_ids || lead_sync.lead_of_address(v_given), null);
  end if;
  -- and who joined them, or whom they joined, however often
  v_ids := array(
    with recursive one (id) as (
      select unnest(v_ids)
      union
      select n.id
      from one as o
      cross join lateral (
        select s.lead_id from lead_sync.lead_states as s where s.joined = o.id
        union all select s.joined from lead_sync.lead_states as s where s.lead_id = o.id and s.joined is not null
      ) as n (id)
    )
    select o.id from one as o
  );
  perform from public.leads as l where l.id = any (v_ids) order by l.id for update;

  select
    array_agg(l.twenty_id) filter (where l.twenty_id is not null),
    array_agg(lead_sync.mask_lead(l))
  into v_twenty_ids, v_masks
  from public.leads as l where l.id = any (v_ids);
  v_texts := array(
    select distinct t.text
    from public.leads as l
    cross join lateral (
      select lead_sync.email_key(l.email) union all select lead_sync.known_address(l) union all select l.twenty_id::text union all select l.id::text
      union all select lead_sync.id_in_twenty(l.id)::text
      union all select unnest(lead_sync.email_keys(l.additional_emails))
    ) as t (text)
    where l.id = any (v_ids) and t.text is not null
    union select v_given
    union select lead_sync.touch_text(t.source, t.external_id) from public.lead_touches as t where t.lead_id = any (v_ids)
    -- a row that the sync made is no touch, and one whose key has changed is one by the key before
    union select lead_sync.touch_text(s.lead_source, s.source::text || '/' || r.key)
    from lead_sync.source_rows as r join lead_sync.sources as s on s.source = r.source
    where r.lead_id = any (v_ids) and r.key is not null
  );
  insert into lead_sync.forgotten (hash) select lead_sync.keyed_hash(t) from unnest(v_texts) as t on conflict do nothing;

  insert into lead_sync.to_destroy (object, record_id)
  select n.object, r.id
  from lead_sync.settings as n
  cross join lateral (
    select unnest(v_twenty_ids) as id
    -- the create of a push may be on its way, or have landed unheard
    union select lead_sync.id_in_twenty(s.lead_id) from lead_sync.lead_states as s where s.lead_id = any (v_ids) and s.intent is not null
  ) as r
  union all
  select 'task', f.task_id from lead_sync.follow_ups as f where f.lead_id = any (v_ids)
  on conflict do nothing;
  v_erased := jsonb_build_object(
    'conflicts', (select count(*) from public.lead_sync_conflicts as c where c.lead_id = any (v_ids)),
    'ai_answers', (select count(*) from lead_sync.ai_answers as a where a.lead_id = any (v_ids)),
    'follow_ups', (select count(*) from lead_sync.follow_ups as f where f.lead_id = any (v_ids))
  );
  delete from lead_sync.lead_changes as c where c.lead_id = any (v_ids);
  delete from lead_sync.lead_events as e where e.lead_id = any (v_ids);
  delete from public.lead_sync_history as h where h.lead_id = any (v_ids);
  get diagnostics v_count = row_count;
  v_erased := v_erased || jsonb_build_object('history', v_count);
  delete from lead_sync.history_archive as h where h.lead_id = any (v_ids);
  get diagnostics v_count = row_count;
  v_erased := v_erased || jsonb_build_object('archive', v_count);
  delete from lead_sync.inbox as i where i.record_id = any (v_twenty_ids);
  get diagnostics v_count = row_count;
  v_erased := v_erased || jsonb_build_object('inbox', v_count);
  delete from lead_sync.findings as f where f.subject = any (v_ids || coalesce(v_twenty_ids, '{}'));
  get diagnostics v_count = row_count;
  v_erased := v_erased || jsonb_build_object('findings', v_count);
  v_named := nullif(array_to_string(v_ids || v_twenty_ids || v_id, '|'), '');
  update public.lead_sync_runs as r set findings = (
    select coalesce(jsonb_object_agg(k.kind, k.examples), '{}')
    from (
      select f.key as kind, jsonb_agg(e.detail order by e.place) as examples
      from jsonb_each(r.findings) as f cross join lateral jsonb_array_elements(f.value) with ordinality as e (detail, place)
      where e.detail::text !~* v_named
      group by f.key
    ) as k
  )
  where r.findings::text ~* v_named;
  update lead_sync.audit_log as a set subject = (
    select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(a.subject) as e where e.value::text !~* v_named
  )
  where a.subject::text ~* v_named;
  update lead_sync.alert_notifications as n set examples = (
    select coalesce(jsonb_agg(e), '[]') from jsonb_array_elements_text(n.examples) as e
    where not exists (select from unnest(v_masks) as m where starts_with(e, m))
  )
  where exists (select from jsonb_array_elements_text(n.examples) as e cross join unnest(v_masks) as m where starts_with(e, m));
  get diagnostics v_count = row_count;
  v_erased := v_erased || jsonb_build_object('notifications', v_count);
  v_erased := v_erased || jsonb_build_object('activities', lead_sync.forget_activities(v_twenty_ids));
  delete from public.lead_touches as t where t.lead_id = any (v_ids);
  get diagnostics v_count = row_count;
  v_erased := v_erased || jsonb_build_object('touches', v_count);
  perform lead_sync.forget_contact(v_ids, v_twenty_ids);
  -- conflicts, states, AI answers and tasks go with their lead
  delete from public.leads as l where l.id = any (v_ids);
  get diagnostics v_count = row_count;
  v_erased := v_erased || jsonb_build_object('leads', v_count);
  -- who came back before they were destroyed stays
  delete from lead_sync.to_destroy as d using public.leads as l where l.twenty_id = d.record_id;

  perform public.note_action('forget_lead', jsonb_build_object('leads', cardinality(v_ids)));
  return jsonb_build_object(
    'found', cardinality(v_ids) > 0, 'lead_ids', to_jsonb(v_ids), 'to_destroy', (
      select coalesce(jsonb_agg(jsonb_build_object('object', d.object, 'record_id', d.record_id) order by d.object, d.record_id), '[]') from lead_sync.to_destroy as d
    ),
    'hashes', cardinality(v_texts), 'erased', v_erased
  );
end
$$;
