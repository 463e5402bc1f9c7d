from odoo import models


class AccountChartTemplate(models.AbstractModel):
    _inherit = 'account.chart.template'

    def _load(self, template_code, company, install_demo, force_create=True):
        """A company that begins with the Japanese chart cuts its tax off (切捨て)."""
        begins = company.chart_template != template_code
        result = super()._load(template_code, company, install_demo, force_create)
        if begins and template_code == 'jp':
            company._sb_begin_in_japan()
        return result
