"""Run inside ``odoo shell``: make a fresh database a Japanese company's."""


def prepare(env):
    """Japan, yen and the chart of accounts ``jp``; a fresh database is a US company's."""
    company = env.ref('base.main_company')
    japan, yen = env.ref('base.jp'), env.ref('base.JPY')
    yen.active = True
    company.write({'country_id': japan.id, 'currency_id': yen.id})
    env['account.chart.template'].try_loading('jp', company, install_demo=False)
    company.partner_id.tz = 'Asia/Tokyo'
    company.resource_calendar_id.tz = 'Asia/Tokyo'
    company.external_report_layout_id = env.ref('web.external_layout_standard')
    env.ref('base.user_admin').tz = 'Asia/Tokyo'
    if (company.chart_template, company.currency_id) != ('jp', yen):
        raise RuntimeError('the Japanese chart of accounts was not loaded')


prepare(env)  # noqa: F821 (a global of the shell)
env.cr.commit()  # noqa: F821
