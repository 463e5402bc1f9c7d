"""Errors of the database in the words of the constraint that refused."""


def database_refusal(env, error):
    """:param psycopg2.IntegrityError error: :return: the sentence of the violated constraint"""
    for model in env.registry.values():
        if model._table == error.diag.table_name and not model._abstract:
            return env[model._name]._sql_error_to_message(error)
    return env['base']._sql_error_to_message(error)
