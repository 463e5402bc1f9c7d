"""A scenario's company, accounts, plans and contracts as Odoo records (VIA=odoo).

The database comes from the template of the tests. Companies are reused from file to file, one for
each distinct `company` block; accounts and plans belong to one file. No clock is frozen: every day
is an argument.
"""
import json
from datetime import timedelta
from decimal import Decimal

from odoo import Command

NAME = 'Scenario'


def company_for(env, block):
    """The company of a `company` block: found by its name, else made with a Japanese chart."""
    name = f'{NAME} {json.dumps(block, sort_keys=True, default=str)}'
    company = env['res.company'].search([('name', '=', name)])
    if company:
        return company
    currency = env['res.currency'].with_context(active_test=False).search(
        [('name', '=', block['currency'])])
    currency.active = True
    company = env['res.company'].create({
        'name': name, 'country_id': env.ref('base.jp').id, 'currency_id': currency.id})
    env.user.company_ids = [Command.link(company.id)]
    env['account.chart.template'].try_loading('jp', company, install_demo=False)
    # The chart sets the country's currency once more when its transaction ends.
    env.cr.commit()
    company.write({
        'currency_id': currency.id,
        'tax_calculation_rounding_method': 'round_globally',
        'sb_rounding': block['rounding'],
        'sb_proration': block['proration'],
        'sb_tax_rounding': block['tax_rounding'],
        'sb_run_approval': True,
        'sb_max_amount': 0,
        'sb_max_months_back': 0,
    })
    company.partner_id.tz = block['timezone']
    return company


def product_for(company, percent):
    """The product whose tax has this rate (one tax record per rate); rate 0: no tax."""
    env = company.env
    name = f'{NAME} {percent:f} %'
    product = env['product.product'].search(
        [('name', '=', name), ('company_id', '=', company.id)])
    if product:
        return product
    taxes = env['account.tax']
    if percent:
        taxes = taxes.create({
            'name': f'{name} {company.id}', 'amount': float(percent), 'type_tax_use': 'sale',
            'company_id': company.id, 'country_id': env.ref('base.jp').id})
    return env['product.product'].create({
        'name': name, 'type': 'service', 'company_id': company.id,
        'taxes_id': [Command.set(taxes.ids)]})


def make_plan(company, code, plan, name):
    """A plan of the format as records; `code` is free in the company, `name` the format's."""
    percent = Decimal(json.loads(company.name.removeprefix(NAME))['tax_percent'])
    values = {
        'name': name, 'code': code, 'company_id': company.id, 'trial_days': plan['trial_days'],
        'version_ids': [Command.create({
            'date_from': version['from'],
            'existing_from': version.get('existing_from', False),
            'charge_ids': [Command.create(_charge(company, key, charge, percent))
                           for key, charge in version['charges'].items()],
        }) for version in plan['versions']],
    }
    for key in ('term', 'minimum_term'):
        if plan.get(key):
            values[f'{key}_unit'], values[f'{key}_count'] = _length(plan[key])
    if plan.get('cancellation_fee'):
        values['cancellation_fee'] = float(plan['cancellation_fee'])
        values['cancellation_product_id'] = product_for(company, percent).id
    return company.env['smart.billing.plan'].create(values)


def _length(length):
    [(unit, count)] = length.items()
    return unit, count


def _charge(company, code, charge, percent):
    values = {
        'name': code, 'code': code, 'charge_type': charge['type'], 'model': charge['model'],
        'price': float(charge.get('price', 0)),
        'product_id': product_for(company, charge.get('tax_percent', percent)).id,
        'timing': charge['timing'], 'prorate': charge['prorate'], 'credit': charge['credit'],
        'minimum': float(charge.get('minimum', 0)),
        'package_size': float(charge.get('size', 0)),
        'free_units': float(charge.get('free', 0)),
        # The last tier has no limit.
        'tier_ids': [Command.create({
            'sequence': index, 'up_to': float(tier.get('up_to', 0)), 'price': float(tier['price']),
            'flat_fee': float(tier['flat_fee'])})
            for index, tier in enumerate(charge.get('tiers', ()))],
    }
    if charge.get('metric'):
        values['metric_id'] = metric_for(company, charge['metric']).id
    values['step_ids'] = [
        Command.create({'periods': step.get('periods', 0), 'price': float(step['price'])})
        for step in charge.get('steps', ())]
    if charge.get('every'):
        values['every_unit'], values['every_count'] = _length(charge['every'])
    return values


def metric_for(company, code):
    """A metric of the format: whatever day is said, as the format has no clock."""
    Metric = company.env['smart.billing.metric']
    return Metric.search([('company_id', '=', company.id), ('code', '=', code)]) or Metric.create({
        'name': code, 'code': code, 'company_id': company.id, 'days_ahead': 0,
        # Usage outside the contract's days is not billed, unless its end moves.
        'after_end': 'keep'})


def load_usage(contract, step):
    """Usage by the door for front systems; an id that comes again is ignored."""
    metric_for(contract.company_id, step['metric'])
    answer = contract.env['smart.billing.usage'].load_usage([{
        'contract': contract.name, 'metric': step['metric'], 'quantity': str(step['quantity']),
        'date': str(step['effective']), 'external_id': step['id']}])
    for problem in answer['problems']:
        if problem['code'] not in ('usage_other_values', 'usage_before_start'):
            raise AssertionError(problem['reason'])


def make_account(company, name, terms):
    partner = company.env['res.partner'].create({'name': name})
    return company.env['smart.billing.account'].create({
        'partner_id': partner.id, 'company_id': company.id,
        'billing_day': terms.get('billing_day', 0)})


def make_contract(account, plan, step):
    """A confirmed contract; the format's `end` is the last day + 1."""
    end = step.get('end')
    contract = account.env['smart.billing.contract'].create({
        'account_id': account.id, 'start_plan_id': plan.id, 'date_start': step['effective'],
        'start_quantity': float(step['quantity']), 'date_last': end and end - timedelta(days=1)})
    contract.action_confirm()
    return contract
