from odoo import fields, models
from odoo.tools import SQL


class UsageProblem(models.Model):
    """A row of a usage file that was not loaded, with the reason (取込エラー)."""

    _name = 'smart.billing.usage.problem'
    _description = 'Usage Row Not Loaded'
    _order = 'import_id, line, id'
    _log_access = False
    _rec_name = 'reason'

    import_id = fields.Many2one(
        'smart.billing.usage.import', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='import_id.company_id')
    line = fields.Integer(required=True)
    reason = fields.Char(required=True)
    content = fields.Char(string="Row", help="The row as it stands in the file.")

    def _write_set(self, source, rows):
        """:param rows: [(line, reason, content)]; one statement"""
        values = SQL(', ').join(
            SQL('(%s, %s, %s, %s)', source.id, *row) for row in rows)
        self.env.execute_query(SQL(
            """ INSERT INTO smart_billing_usage_problem (import_id, line, reason, content)
                VALUES %s RETURNING id """, values))
        self.invalidate_model()

    def _clear(self, sources):
        """Forget the problems of files that are read anew; there may be very many."""
        self.env.execute_query(SQL(
            'DELETE FROM smart_billing_usage_problem WHERE import_id = ANY(%s) RETURNING id',
            sources.ids))
        self.invalidate_model()
