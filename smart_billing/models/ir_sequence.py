from odoo import api, models
from odoo.tools import SQL


class IrSequence(models.Model):
    _inherit = 'ir.sequence'

    @api.model
    def _sb_next_numbers(self, code, count):
        """As many numbers as `count` calls of `next_by_code` give, in one query where it can be."""
        if not count:
            return []
        domain = [('code', '=', code), ('company_id', 'in', (self.env.company.id, False))]
        sequence = self.search(domain, order='company_id', limit=1)
        if sequence.implementation != 'standard' or sequence.use_date_range:
            return [self.next_by_code(code) for _number in range(count)]
        rows = self.env.execute_query(SQL(
            'SELECT nextval(%s) FROM generate_series(1, %s)',
            f'ir_sequence_{sequence.id:03d}', count))
        return [sequence.get_next_char(number) for number, in rows]
