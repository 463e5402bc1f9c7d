"""Odoo's XML-RPC door, as any other system uses it. Standard library only."""

import xmlrpc.client


class RpcError(Exception):
    """Odoo refused a call; the message is what it said."""


class Client:
    """A signed-in user of one database."""

    def __init__(self, url, database, login='admin', password='admin', context=None):
        self._address = url, database, login, password
        self._database, self._password = database, password
        self._context = dict(context or {})
        self.uid = xmlrpc.client.ServerProxy(f'{url}/xmlrpc/2/common').authenticate(
            database, login, password, {})
        if not self.uid:
            raise RpcError(f'nobody signs in to {database} as {login} with that password')
        self._proxy = xmlrpc.client.ServerProxy(f'{url}/xmlrpc/2/object')

    def another(self):
        """A second connection of the same user, for a thread."""
        return Client(*self._address, context=self._context)

    def call(self, model, method, *args, **kwargs):
        kwargs['context'] = {**self._context, **kwargs.get('context', {})}
        try:
            return self._proxy.execute_kw(
                self._database, self.uid, self._password, model, method, args, kwargs)
        except xmlrpc.client.Fault as fault:
            raise RpcError(_first_words(fault)) from fault

    # === SHORT FORMS === #

    def create(self, model, values):
        """:param values: a dict for one record (its id comes back), a list for many (their ids)"""
        many = isinstance(values, list)
        ids = self.call(model, 'create', values if many else [values])
        return ids if many else ids[0]

    def write(self, model, ids, values):
        self.call(model, 'write', _ids(ids), values)

    def press(self, model, ids, button, **context):
        """What a click on a button does."""
        return self.call(model, button, _ids(ids), context=context)

    def rows(self, model, domain, fields, **options):
        return self.call(model, 'search_read', domain, fields=list(fields), **options)

    def row(self, model, record_id, fields):
        return self.call(model, 'read', [record_id], list(fields))[0]

    def find(self, model, *domain, **options):
        """The id of the first record, or False."""
        return next(iter(self.call(model, 'search', list(domain), limit=1, **options)), False)

    def count(self, model, domain):
        return self.call(model, 'search_count', domain)

    def groups(self, model, domain, groupby, aggregates):
        return self.call(model, 'formatted_read_group', domain, groupby, aggregates)

    def ref(self, xml_id):
        """The id behind an external identifier."""
        module, _dot, name = xml_id.partition('.')
        [row] = self.rows('ir.model.data', [('module', '=', module), ('name', '=', name)],
                          ['res_id'])
        return row['res_id']

    def run_job(self, xml_id):
        """*Run manually* on a scheduled job."""
        answer = self.call('ir.cron', 'method_direct_trigger', [self.ref(xml_id)])
        if isinstance(answer, dict):
            raise RpcError(f'job {xml_id}: {answer}')


def _ids(ids):
    return ids if isinstance(ids, list) else [ids]


def _first_words(fault):
    """The sentence that a user would read; of a programming error the end of the traceback."""
    text = fault.faultString.strip()
    return text.splitlines()[-1] if text.startswith('Traceback') else text
