-- Of the snapshots of a read, those that show what is agreed already: most of a full resync. A merge of them would change nothing, so none is made, and no lock is taken:
-- what another call is just writing counts as written after this answer. What waits here to go out goes on waiting.
-- Whatever is not plain goes the full way, where the protocol's rules are: another version or incarnation, a read older than the last merge, a lead that a push is at,
-- deletions, absences, several e-mails, a person who holds another lead back, a field that starts anew, an edit here where some field only comes from Twenty, and the whole
-- page when one value of it cannot be read.
--   p_read_started_at  when the read began
--   p_object           object of the mapping
--   p_missing          Twenty fields that the workspace lacks, or null; where the mapping does not know that yet, all go the full way
--   p_max_bytes        as lead_problem has it
-- Returns the lead of each, in their order, and null for those that go the full way; null for none at all.
create or replace function lead_sync.unchanged_snapshots(p_snapshots jsonb, p_read_started_at timestamptz, p_object text, p_missing jsonb, p_max_bytes integer)
returns uuid[]
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_mapping_is_known boolean;
  v_renewed text[]; -- fields that start anew
  v_renewed_since timestamptz;
  v_is_two_way boolean; -- no edit here may be taken back
  -- in the order of the index, without which all states are read
  v_holds boolean := (select h.held_by from lead_sync.lead_states as h where h.held_by is not null order by h.held_by limit 1) is not null;
begin
  select
    bool_and(p_missing is null or not m.enabled or (m.missing_since is not null) = lead_sync.is_lacking(m.twenty_field, p_missing)),
    array_agg(m.lead_field) filter (where m.base_since is not null),
    max(m.base_since),
    not bool_or(m.enabled and m.direction = 'to_supabase' and m.lead_field <> 'deleted')
  into v_mapping_is_known, v_renewed, v_renewed_since, v_is_two_way
  from lead_sync.field_mappings as m
  where m.object = p_object;
  -- of a record that comes twice the later copy counts
  if not v_mapping_is_known or jsonb_array_length(p_snapshots) > (
    select count(*) from (select from jsonb_array_elements(p_snapshots) as i group by i ->> 'twenty_id') as person
  ) then
    return null;
  end if;

  return array(
    select case
      when l.deleted_at is null and l.left_out = '{}'
        and (v_is_two_way or (l.sync_status = 'synced' and s.due_at is null)) and s.claim_token is null and s.intent is null and s.absent_since is null and not s.gone
        and s.joined is null
        and s.merged_at <= p_read_started_at
        and s.remote_created_at = (i.snapshot ->> 'twenty_created_at')::timestamptz
        and s.remote_updated_at = (i.snapshot ->> 'twenty_updated_at')::timestamptz
        and not i.snapshot ? 'absent'
        and i.snapshot ->> 'twenty_deleted_at' is null
        and i.snapshot ->> 'additional_emails' is null
        and (not i.snapshot -> 'twenty_record' ? 'companyId' or (i.snapshot #>> '{twenty_record,companyId}')::uuid is not distinct from s.company_id)
        and pg_column_size(i.snapshot) <= 2 * p_max_bytes
        and not s.base_local ? 'deleted' and not s.base_remote ? 'deleted'
        -- most state all that is agreed, which is sooner told
        and (jsonb_strip_nulls(v.stated) = s.base_remote or jsonb_strip_nulls(s.base_remote || v.stated) = s.base_remote)
        and (
          v_renewed_since is null or s.merged_at > v_renewed_since
          or (not s.base_local ?| v_renewed and not s.base_remote ?| v_renewed and lead_sync.lead_values(l) = s.base_local)
        )
        and not (v_holds and exists (select from lead_sync.lead_states as h where h.held_by = l.twenty_id))
      then l.id
    end
    from jsonb_array_elements(p_snapshots) with ordinality as i (snapshot)
    left join public.leads as l on l.twenty_id = (i.snapshot ->> 'twenty_id')::uuid
    left join lead_sync.lead_states as s on s.lead_id = l.id
    left join lateral (
      select (i.snapshot - array['twenty_id', 'twenty_created_at', 'twenty_updated_at', 'twenty_deleted_at', 'twenty_record', 'attributes'])
        || case when i.snapshot ? 'attributes' then lead_sync.attribute_values(i.snapshot -> 'attributes', true) else '{}' end as stated
      where l.id is not null
      offset 0
    ) as v on true
    order by i.ordinality
  );
exception when data_exception then
  return null;
end
$$;
