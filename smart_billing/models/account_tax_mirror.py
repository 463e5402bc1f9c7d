from odoo import api, fields, models

# What makes two taxes the same but for the kind of price.
_SAME = ('company_id', 'country_id', 'type_tax_use', 'amount_type', 'amount', 'tax_group_id',
         'include_base_amount', 'is_base_affected', 'tax_exigibility')


class AccountTax(models.Model):
    """The same tax for prices that contain it and for prices that do not (内税・外税).

    In Odoo that is a property of the tax record; with us it is one of the price. So each tax has at
    most one mirror: found among the taxes that are there, or made.
    """

    _inherit = 'account.tax'

    sb_mirror_tax_id = fields.Many2one(
        'account.tax', string="Mirror tax", copy=False, ondelete='set null', check_company=True,
        domain="[('type_tax_use', '=', type_tax_use), ('amount', '=', amount), "
               "('id', '!=', id), ('sb_mirror_tax_id', '=', False)]",
        help="The same tax for the other kind of price: where this one is added to the price, the "
             "mirror is contained in it (内税), and the other way round. Plans and one-off charges "
             "say which of the two their lines carry.")
    sb_reduced = fields.Boolean(
        string="Reduced rate", compute='_compute_sb_reduced', store=True, readonly=False,
        help="Invoices mark the lines of this tax as subject to the reduced rate (軽減税率対象).")

    _sb_mirror_once = models.UniqueIndex(
        '(sb_mirror_tax_id) WHERE sb_mirror_tax_id IS NOT NULL',
        "The tax is the mirror of another one already.")

    @api.depends('amount', 'amount_type', 'country_id')
    def _compute_sb_reduced(self):
        """In Japan 8 % is the reduced rate since October 2019."""
        for tax in self:
            tax.sb_reduced = (
                tax.country_id.code == 'JP' and tax.amount_type == 'percent' and tax.amount == 8)

    def write(self, vals):
        """Mirrors know each other, and have one rate."""
        partners = self.sb_mirror_tax_id if 'sb_mirror_tax_id' in vals else self.browse()
        result = super().write(vals)
        left = partners.filtered(
            lambda tax: tax.sb_mirror_tax_id in self and tax.id != vals['sb_mirror_tax_id'])
        if left:
            left.write({'sb_mirror_tax_id': False})
        for tax in self.filtered('sb_mirror_tax_id'):
            mirror = tax.sb_mirror_tax_id
            wanted = {'sb_mirror_tax_id': tax, 'amount': tax.amount,
                      'sb_reduced': tax.sb_reduced, 'tax_group_id': tax.tax_group_id}
            different = {name: self._fields[name].convert_to_write(value, mirror)
                         for name, value in wanted.items() if mirror[name] != value}
            if different:
                # Comes back here from the other side, and finds no difference any more.
                mirror.write(different)
        return result

    def _sb_for_prices(self, included):
        """These taxes as lines carry them whose prices contain the tax, or do not.

        :param bool included: the prices contain the tax
        """
        result = self.browse()
        for tax in self:
            other = tax.amount_type == 'percent' and tax.price_include != included
            result |= tax._sb_mirror() if other else tax
        return result

    def _sb_mirror(self):
        """The mirror of a tax: known, found, or made.

        The tax is locked first, so that two processes do not make one each; the one that comes
        second looks again.
        """
        self.ensure_one()
        own = self.sudo()
        if not own.sb_mirror_tax_id:
            own.lock_for_update(allow_referencing=True)
            own.sb_mirror_tax_id = own._sb_find_mirror() or own._sb_make_mirror()
        mirror = own.sb_mirror_tax_id
        if not mirror.active:
            mirror.active = True
        return mirror.sudo(False).with_env(self.env)

    def _sb_find_mirror(self):
        """A tax that someone made for the other kind of price, with the same accounts and tags."""
        candidates = self.search([
            ('company_id', '=', self.company_id.id), ('type_tax_use', '=', self.type_tax_use),
            ('amount_type', '=', self.amount_type), ('amount', '=', self.amount),
            ('sb_mirror_tax_id', '=', False), ('id', '!=', self.id)], order='id')
        return candidates.filtered(
            lambda tax: tax.price_include != self.price_include
            and all(tax[name] == self[name] for name in _SAME)
            and tax._sb_repartition() == self._sb_repartition())[:1]

    def _sb_repartition(self):
        return [(line.document_type, line.repartition_type, line.factor_percent, line.account_id,
                 frozenset(line.tag_ids.ids))
                for lines in (self.invoice_repartition_line_ids, self.refund_repartition_line_ids)
                for line in lines.sorted(lambda line: (line.sequence, line.id))]

    def _sb_make_mirror(self):
        """A copy for the other kind of price; no fiscal position maps to it (they map first)."""
        included = not self.price_include
        name = self.env._("%(tax)s (in the price)", tax=self.name) if included else self.env._(
            "%(tax)s (on the price)", tax=self.name)
        mirror = self.copy({
            'name': name,
            'price_include_override': 'tax_included' if included else 'tax_excluded',
            'original_tax_ids': False,
            'sb_reduced': self.sb_reduced,
        })
        for lang, _label in self.env['res.lang'].get_installed():
            mirror.with_context(lang=lang).invoice_label = self.with_context(
                lang=lang).invoice_label
        return mirror
