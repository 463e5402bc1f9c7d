from odoo import models

from ..engine import story


class Contract(models.Model):
    """The contract's life as a picture."""

    _inherit = 'smart.billing.contract'

    def get_story(self):
        """Lanes of days for the timeline view: plan, quantity, options, terms, what is billed.

        :return: see `engine.story.story_of`; False for a draft
        """
        self.ensure_one()
        self.check_access('read')
        return story.story_of(self) or False
