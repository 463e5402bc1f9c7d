"""Run inside ``odoo shell``: the database is as good as before for an invoice of its own."""
from odoo import Command


def post_and_pay(env):
    product = env['product.product'].create({'name': 'Plain', 'list_price': 1000})
    invoice = env['account.move'].create({
        'move_type': 'out_invoice', 'partner_id': env['res.partner'].create({'name': 'P'}).id,
        'invoice_date': '2026-11-01',
        'invoice_line_ids': [Command.create({'product_id': product.id, 'price_unit': 1000})]})
    invoice.action_post()
    env['account.payment.register'].with_context(
        active_model='account.move', active_ids=invoice.ids).create({}).action_create_payments()
    order = env['sale.order'].create({
        'partner_id': invoice.partner_id.id,
        'order_line': [Command.create({'product_id': product.id, 'product_uom_qty': 2})]})
    order.action_confirm()
    order._create_invoices().action_post()
    env.cr.commit()
    print('RESULT', invoice.state, invoice.payment_state, order.invoice_ids.state)


post_and_pay(env)  # noqa: F821 (a global of the shell)
