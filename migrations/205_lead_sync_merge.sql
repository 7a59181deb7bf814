-- The three-way merge of one lead, as a pure function: who changed what since the sides last agreed, and who wins.

set local lock_timeout = '10s';
set local statement_timeout = '5min';

-- Merges a snapshot into a lead.
--   p_local        the lead's values now             p_base_local   the values when last agreed
--   p_remote       the snapshot's values, blanks     p_base_remote  Twenty's values when last agreed
--                  left out, unknown fields filled from p_base_remote
--   p_sent         values of an open intent: a snapshot value equal to one of them is our own write come back
--   p_changed_at   field -> time it last changed here
--   p_remote_time  when the record last changed in Twenty, never later than the read: clients can stamp records years ahead
--   p_rules        see lead_sync.rules
-- Returns {taken: {field: value or null}, base_local, base_remote, conflicts: [{field, winner, supabase_value, twenty_value, reason}], landed: boolean}.
create or replace function lead_sync.merge_lead(
  p_local jsonb, p_remote jsonb, p_base_local jsonb, p_base_remote jsonb, p_sent jsonb, p_changed_at jsonb, p_remote_time timestamptz, p_rules jsonb
) returns jsonb
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_rule jsonb;
  v_field text;
  v_local jsonb;
  v_remote jsonb;
  v_base_local jsonb;
  v_base_remote jsonb;
  v_equal boolean;
  v_winner text;
  v_reason text;
  v_landed boolean := false;
  v_taken jsonb := '{}';
  v_conflicts jsonb := '[]';
begin
  for v_rule in select jsonb_array_elements(p_rules) loop
    v_field := v_rule ->> 'field';
    v_local := p_local -> v_field;
    v_remote := p_remote -> v_field;
    v_base_local := p_base_local -> v_field;
    v_base_remote := p_base_remote -> v_field;
    if v_local is not distinct from v_base_local and v_remote is not distinct from v_base_remote then
      continue;
    end if;

    if p_sent ? v_field
      and v_remote is distinct from v_base_remote
      and lead_sync.comparable(v_rule ->> 'kind', v_remote) = lead_sync.comparable(v_rule ->> 'kind', p_sent -> v_field)
    then
      v_landed := true;
      v_base_local := nullif(p_sent -> v_field, 'null');
      v_base_remote := v_remote;
    end if;

    v_winner := null;
    v_reason := null;
    v_equal := v_local is not distinct from v_remote or (
      v_local is not null and v_remote is not null
      and lead_sync.comparable(v_rule ->> 'kind', v_local) = lead_sync.comparable(v_rule ->> 'kind', v_remote)
    );

    if v_rule ->> 'direction' = 'none' then
      v_base_local := v_local; -- deletions stay where they are made
    elsif v_rule ->> 'direction' = 'to_supabase' then
      if v_field = 'deleted' and v_local is distinct from v_base_local and v_remote is not distinct from v_base_remote then
        v_base_local := v_local; -- deletions here stay here
      elsif not v_equal and (v_local is distinct from v_base_local or v_remote is distinct from v_base_remote) then
        v_winner := 'twenty';
        v_reason := case when v_local is distinct from v_base_local then 'the field only flows from Twenty to Supabase' end;
      end if;
    elsif v_rule ->> 'direction' = 'to_twenty' then
      if v_field = 'deleted' then
        null; -- deletions in Twenty stay in Twenty
      elsif v_remote is distinct from v_base_remote and not v_equal then
        if v_local is null and v_base_local is null then
          null; -- never set here: nothing to defend
        else
          v_winner := 'supabase';
          v_reason := case when v_base_remote is not null then 'the field only flows from Supabase to Twenty' end;
        end if;
      end if;
    elsif v_remote is distinct from v_base_remote then
      if v_local is not distinct from v_base_local then
        v_winner := 'twenty';
      elsif not v_equal then
        case v_rule ->> 'policy'
          when 'twenty_wins' then
            v_winner := 'twenty';
            v_reason := 'policy: Twenty wins';
          when 'supabase_wins' then
            v_winner := 'supabase';
            v_reason := 'policy: Supabase wins';
          else
            if v_rule ->> 'policy' = 'fill_blank' and (v_local is null) <> (v_remote is null) then
              v_winner := case when v_local is null then 'twenty' else 'supabase' end;
              v_reason := 'policy: a value beats a blank';
            elsif coalesce((p_changed_at ->> v_field)::timestamptz, '-infinity') > p_remote_time then
              v_winner := 'supabase';
              v_reason := 'last write wins: changed later in Supabase';
            else
              v_winner := 'twenty';
              v_reason := 'last write wins: changed later in Twenty';
            end if;
        end case;
      end if;
    end if;

    if v_winner = 'twenty' then
      v_taken := v_taken || jsonb_build_object(v_field, v_remote);
      v_base_local := v_remote;
    elsif v_winner = 'supabase' then
      -- The local edit counts as made on top of Twenty's value, so that it stays due whatever it is later set back to.
      v_base_local := v_remote;
    elsif v_equal and (v_remote is distinct from v_base_remote or v_field = 'deleted') then
      v_base_local := v_local;
    end if;
    v_base_remote := v_remote;

    if v_reason is not null then
      v_conflicts := v_conflicts || jsonb_build_object(
        'field', v_field, 'winner', v_winner, 'supabase_value', v_local, 'twenty_value', v_remote, 'reason', v_reason
      );
    end if;

    p_base_local := case when v_base_local is null then p_base_local - v_field else p_base_local || jsonb_build_object(v_field, v_base_local) end;
    p_base_remote := case when v_base_remote is null then p_base_remote - v_field else p_base_remote || jsonb_build_object(v_field, v_base_remote) end;
  end loop;

  return jsonb_build_object(
    'taken', v_taken, 'base_local', p_base_local, 'base_remote', p_base_remote, 'conflicts', v_conflicts, 'landed', v_landed
  );
end
$$;

-- An attributes object with the taken "attributes.<key>" fields applied; a blank removes its key.
create or replace function lead_sync.apply_attributes(p_attributes jsonb, p_taken jsonb) returns jsonb
language sql immutable parallel safe set search_path = ''
return (
  select coalesce(
    p_attributes
    - coalesce(array_agg(substr(t.key, 12)) filter (where t.value = 'null'), '{}')
    || coalesce(jsonb_object_agg(substr(t.key, 12), t.value) filter (where t.value <> 'null'), '{}'),
    p_attributes
  )
  from jsonb_each(p_taken) as t
  where t.key like 'attributes.%'
);

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
