import logging

from odoo import models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class StateMixin(models.AbstractModel):
    """One table of transitions per model, applied by one method.

    A repeated move is a no-op (a result that arrives twice is harmless); an illegal move is
    refused with the record's name and both states in the user's words.
    """

    _name = 'smart.billing.state.mixin'
    _description = 'State Machine'

    _transitions = {}

    def _set_state(self, state, **values):
        """Move the records to `state` and write `values` with it."""
        moving = self.filtered(lambda record: record.state != state)
        for record in moving:
            if state not in self._transitions.get(record.state, ()):
                labels = dict(self._fields['state']._description_selection(self.env))
                _logger.warning(
                    "%s %s: refused to go from %s to %s", self._name, record.id, record.state,
                    state)
                raise UserError(self.env._(
                    "%(record)s cannot go from '%(old)s' to '%(new)s'. Reload the page to see what "
                    "happened in the meantime.",
                    record=record.display_name, old=labels.get(record.state, record.state),
                    new=labels.get(state, state)))
        moving.write({'state': state, **values})
        return moving
