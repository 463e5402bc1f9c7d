"""What is in a database beside its business rows: schema, registry records, references."""
from tools import databases

# Each gives lines of text that must be the same before an install and after the uninstall.
_STRUCTURE = {
    'column': """
        SELECT table_name || '.' || column_name || ' ' || data_type
          FROM information_schema.columns WHERE table_schema = 'public' """,
    'index': "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    'constraint': """
        SELECT conrelid::regclass || ' ' || conname FROM pg_constraint WHERE conrelid != 0 """,
    'sequence': "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'",
    'trigger': 'SELECT tgname FROM pg_trigger WHERE NOT tgisinternal',
    'model': 'SELECT model FROM ir_model',
    'field': 'SELECT model || name FROM ir_model_fields',
    'selection': """
        SELECT f.model || ' ' || f.name || ' ' || s.value
          FROM ir_model_fields_selection s JOIN ir_model_fields f ON f.id = s.field_id """,
    # Odoo notes foreign keys without an external id and forgets them with the model alone; the
    # keys themselves are among the constraints above.
    'model constraint': "SELECT name FROM ir_model_constraint WHERE type != 'f'",
    'relation': 'SELECT name FROM ir_model_relation',
    'menu': 'SELECT name::text FROM ir_ui_menu',
    'view': 'SELECT name || COALESCE(model, key) FROM ir_ui_view',
    'action': 'SELECT type || name::text FROM ir_actions',
    'job': 'SELECT cron_name FROM ir_cron',
    'rule': 'SELECT name FROM ir_rule',
    'access': 'SELECT name FROM ir_model_access',
    'group': 'SELECT name::text FROM res_groups',
    'privilege': 'SELECT name::text FROM res_groups_privilege',
    'number sequence': "SELECT name || COALESCE(code, '') FROM ir_sequence "
                       "WHERE code LIKE 'smart%'",
    'parameter': 'SELECT key FROM ir_config_parameter',
    'asset': 'SELECT path FROM ir_asset',
    'message subtype': 'SELECT name::text FROM mail_message_subtype',
    'mail template': 'SELECT name::text FROM mail_template',
    'provider code': 'SELECT DISTINCT code FROM payment_provider',
    'default': """
        SELECT f.model || f.name FROM ir_default d JOIN ir_model_fields f ON f.id = d.field_id """,
}

# Names that only the addons have, wherever a table refers to records by the name of their model.
_REFERENCES = {
    'external id': "SELECT module || '.' || name FROM ir_model_data "
                   "WHERE module LIKE 'smart\\_billing%' OR model LIKE 'smart.billing%'",
    'attachment': "SELECT res_model || name FROM ir_attachment "
                  "WHERE res_model LIKE 'smart.billing%' OR res_field LIKE 'sb\\_%'",
    'message': "SELECT model || id FROM mail_message WHERE model LIKE 'smart.billing%'",
    'follower': "SELECT res_model || id FROM mail_followers "
                "WHERE res_model LIKE 'smart.billing%'",
    'activity': "SELECT res_model || id FROM mail_activity "
                "WHERE res_model LIKE 'smart.billing%'",
    # The provider of past collections stays, as do its saved accounts; neither can be used.
    'usable provider': "SELECT name::text FROM payment_provider "
                       "WHERE name::text LIKE '%NTT%' AND (state != 'disabled' OR is_published)",
    'usable token': "SELECT payment_details FROM payment_token t JOIN payment_provider p "
                    "ON p.id = t.provider_id WHERE p.name::text LIKE '%NTT%' AND t.active",
}


def structure(database):
    """:return: {kind: lines}"""
    return {kind: databases.run_sql(f'{query} ORDER BY 1', database)
            for kind, query in _STRUCTURE.items()}


def references(database):
    """Lines that still speak of the addons; none where they are not installed."""
    return [f'{kind}: {line}' for kind, query in _REFERENCES.items()
            for line in databases.run_sql(query, database)]


def difference(before, after):
    """What has come and not gone, and the other way round."""
    lines = []
    for kind, old in before.items():
        lines += [f'{kind}: {line}' for line in _less(after[kind], old)]
        lines += [f'{kind} is gone: {line}' for line in _less(old, after[kind])]
    return lines


def contents(database, prefix):
    """Every row of the tables with a prefix, less who wrote it when."""
    tables = databases.run_sql(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
        f"AND table_name LIKE '{prefix}%' ORDER BY 1", database)
    return {table: databases.run_sql(
        f"SELECT to_jsonb(t) - 'write_date' - 'write_uid' FROM {table} t ORDER BY 1", database)
        for table in tables}


def _less(lines, others):
    rest = list(others)
    for line in lines:
        if line in rest:
            rest.remove(line)
        else:
            yield line
