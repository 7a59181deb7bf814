-- The objects of Twenty that activities are read from: which kind each is, and whether it is the activity or what links one with a lead.
create or replace function lead_sync.activity_objects() returns table (object text, kind text, is_link boolean)
language sql immutable parallel safe rows 8 set search_path = '' as $$
  values
    ('note', 'note', false), ('noteTarget', 'note', true), ('task', 'task', false), ('taskTarget', 'task', true), ('message', 'message', false),
    ('messageParticipant', 'message', true), ('calendarEvent', 'meeting', false), ('calendarEventParticipant', 'meeting', true)
$$;
