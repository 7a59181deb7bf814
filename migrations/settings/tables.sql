-- What the settings are for that are not told beside them: get_settings says it to whoever changes one.
comment on column lead_sync.settings.object is 'The object of Twenty whose records are the leads';
comment on column lead_sync.settings.default_country is 'The country of phone numbers that are written without one, as two capital letters: US';
comment on column lead_sync.settings.max_attempts is 'After so many refusals a lead is a dead letter: it is not tried again by itself';
comment on column lead_sync.settings.backoff_first is 'How long after its first refusal a lead is tried again; each time after that twice as long';
comment on column lead_sync.settings.backoff_longest is 'The longest time between two tries of a lead';
comment on column lead_sync.settings.quiet_from is 'From this time of the day on, warnings are kept until quiet_until; what is critical is told at once. Empty: no quiet hours';
comment on column lead_sync.settings.quiet_until is 'Until this time of the day warnings are kept; it may be of the next day';
comment on column lead_sync.settings.quiet_zone is 'The time zone of the quiet hours: Europe/Paris';
comment on column lead_sync.settings.share_calls is 'Whether runs take their calls of Twenty from one budget, which is kept here: for n8n in queue mode, where each worker would spend the whole limit';
comment on column lead_sync.settings.keep_data_quality is 'Whether the daily upkeep keeps the figures of data quality once a month: the trend of get_data_quality';
comment on column lead_sync.settings.find_duplicates is 'Whether the daily upkeep looks for leads that may be one person: list_duplicates shows them';
comment on column lead_sync.settings.company_size_scheme is 'Which bands of company_size_bands fill leads.company_size_band: linkedin, eu or your own';
comment on column lead_sync.settings.ai_attributes is 'Keys of attributes that may be shown to the AI that classifies leads; none unless named here';
