"""Which consumption tax a billed line carries: by product, payer, day of supply, kind of price.

The product's taxes, as the payer's fiscal position maps them, are brought to the rate that holds
on the day of supply (税率改定), and then to the kind of price that the plan or the one-off charge
has (内税・外税). A credit carries the taxes of the line that it credits.
"""
from decimal import Decimal

from odoo.tools import SQL

from ..core.tax import totals_of
from ..core.tax_changes import TaxChange, TaxHistory


def read_history(env):
    """The tax changes of all companies, in one query; a tax belongs to one company."""
    env['smart.billing.tax.change'].flush_model()
    return TaxHistory(TaxChange(*row) for row in env.execute_query(SQL(
        'SELECT tax_from_id, tax_to_id, date_from FROM smart_billing_tax_change')))


def change_days(env, charge_ids):
    """Days on which another rate begins to hold for charges, whoever pays them.

    The taxes are those of the charge's product, their mirrors, and what fiscal positions put in
    their place.

    :return: {charge id: (day, ...)} in order; charges without such days are left out
    """
    history = read_history(env)
    if not history or not charge_ids:
        return {}
    rows = env.execute_query(SQL(
        """ SELECT DISTINCT c.id, t.id, t.sb_mirror_tax_id, other.dest_tax_id
              FROM smart_billing_charge c
              JOIN product_product p ON p.id = c.product_id
              JOIN product_taxes_rel r ON r.prod_id = p.product_tmpl_id
              JOIN account_tax t ON t.id = r.tax_id
              JOIN res_company company ON company.id = c.company_id
               AND t.company_id::text = ANY(string_to_array(company.parent_path, '/'))
         LEFT JOIN account_tax_alternatives other ON other.src_tax_id = t.id
             WHERE c.id IN %s """, tuple(charge_ids)))
    days = {}
    for charge_id, *tax_ids in rows:
        days.setdefault(charge_id, set()).update(
            day for tax_id in tax_ids for day in history.days(tax_id))
    return {charge_id: tuple(sorted(found)) for charge_id, found in days.items() if found}


class TaxBook:
    """The taxes of lines of one company; reads the changes and each payer's position once."""

    def __init__(self, company):
        self.company = company
        self.env = company.env
        self.history = read_history(self.env)
        self.positions = {}

    # === OF LINES === #

    def of_item(self, item, product):
        """Taxes of the invoice line of a billed item."""
        credited = item.credited_item_id.move_line_id
        if credited:
            return credited.tax_ids
        return self.taxes_on(
            product, item.date_from, self._is_gross(item.plan_id, item.one_off_id),
            item.account_id.partner_id)

    def of_due(self, account, due):
        """The same for what is only planned: a DueItem of a billing account."""
        item = self.env['smart.billing.item'].browse(due.credits or ())
        if item.move_line_id:
            return item.move_line_id.tax_ids
        one_off = self.env['smart.billing.one.off'].browse(due.one_off or ())
        charge = self.env['smart.billing.charge'].browse(due.charge_key or ()) or item.charge_id
        plan = self.env['smart.billing.plan'].browse(due.plan or ())
        product = one_off.product_id or charge.product_id or plan.cancellation_product_id
        return self.taxes_on(
            product, due.date_from, self._is_gross(plan, one_off), account.partner_id)

    def _is_gross(self, plan, one_off):
        return bool(one_off.tax_included if one_off else plan.tax_included)

    # === OF PRODUCTS === #

    def taxes_on(self, product, day, included, partner):
        """Taxes of a product for supplies of a day to a payer.

        :param bool included: the prices contain the tax
        """
        taxes = self._mapped(self._taxes_of(product), partner)
        in_force = self.env['account.tax'].browse(dict.fromkeys(
            self.history.in_force(self._known(tax).id, day) for tax in taxes))
        return in_force._sb_for_prices(included)

    def _taxes_of(self, product):
        """The product's own taxes, or those of its income account, as on any invoice line."""
        taxes = product.taxes_id._filter_taxes_by_company(self.company)
        if not taxes and product:
            accounts = product.with_company(self.company).product_tmpl_id.get_product_accounts()
            taxes = accounts['income'].tax_ids.filtered(
                lambda tax: tax.type_tax_use == 'sale')._filter_taxes_by_company(self.company)
        return taxes

    def _known(self, tax):
        """The member of a pair of mirrors that the changes speak of."""
        if not self.history.knows(tax.id) and self.history.knows(tax.sb_mirror_tax_id.id):
            return tax.sb_mirror_tax_id
        return tax

    def _mapped(self, taxes, partner):
        position = self._position_of(partner)
        known = position.tax_map or {}
        return position.map_tax(self.env['account.tax'].union(*(
            tax.sb_mirror_tax_id
            if tax.id not in known and tax.sb_mirror_tax_id.id in known else tax
            for tax in taxes)))

    def _position_of(self, partner):
        """The payer's fiscal position, as Odoo finds it for an invoice."""
        if partner not in self.positions:
            Position = self.env['account.fiscal.position'].with_company(self.company)
            delivery = partner.browse(partner.address_get(['delivery'])['delivery'])
            self.positions[partner] = Position._get_fiscal_position(partner, delivery=delivery)
        return self.positions[partner]


def totals(company, lines):
    """What `(amount, taxes)` lines come to on one invoice, by the rule of the core.

    :return: core.tax.InvoiceTotals
    """
    return totals_of(
        ((amount, [(Decimal(str(tax.amount)), tax.price_include)
                   for tax in taxes if tax.amount_type == 'percent'])
         for amount, taxes in lines),
        company.currency_id.decimal_places, company._sb_tax_direction() or 'half_up')
