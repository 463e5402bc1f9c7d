"""Odoo from outside: XML-RPC with the standard library, as any front system would."""
import threading
import xmlrpc.client


class Odoo:
    """One logged-in user of one server."""

    def __init__(self, url, database, login='admin', password='admin'):
        self.url, self.database, self.password = url, database, password
        self.context = {'lang': 'ja_JP', 'tz': 'Asia/Tokyo', 'tracking_disable': True}
        self.uid = self._proxy('common').authenticate(database, login, password, {})
        if not self.uid:
            raise PermissionError(f'{login} cannot log in to {database}')

    def _proxy(self, service):
        return xmlrpc.client.ServerProxy(f'{self.url}/xmlrpc/2/{service}', allow_none=True)

    def call(self, model, method, *arguments, **keywords):
        # A proxy for each call: the progress bar asks while a long call is under way.
        context = {**self.context, **keywords.pop('context', {})}
        return self._proxy('object').execute_kw(
            self.database, self.uid, self.password, model, method, list(arguments),
            {**keywords, 'context': context})

    def create(self, model, values):
        return self.call(model, 'create', values)

    def read(self, model, domain, fields, **options):
        return self.call(model, 'search_read', domain, fields, **options)

    def ref(self, xmlid):
        module, name = xmlid.split('.')
        [found] = self.read(
            'ir.model.data', [('module', '=', module), ('name', '=', name)], ['res_id'])
        return found['res_id']

    def job(self, xmlid, watch=None):
        """Run a scheduled job now; `watch` is called again and again until it is done."""
        errors = []

        def run():
            try:
                self.call('ir.cron', 'method_direct_trigger', [self.ref(xmlid)])
            except Exception as error:  # raised again below, in the caller's thread
                errors.append(error)
        thread = threading.Thread(target=run)
        thread.start()
        while thread.is_alive():
            thread.join(0.4)
            if watch:
                watch()
        if errors:
            raise errors[0]
