from contextlib import contextmanager

from odoo import api, models
from odoo.tools import SQL


def differs(record, name, value):
    """Whether writing `value` would change the field of the record."""
    field = record._fields[name]
    return field.convert_to_cache(value, record) != field.convert_to_cache(record[name], record)


def check_now(env, *constraints):
    """Let the database check what it would leave to the commit.

    These constraints wait so that our own checks come first, which know names and remedies. What
    is left for them is what somebody else has entered at the same moment.
    """
    names = SQL(', ').join(map(SQL.identifier, constraints))
    env.execute_query(SQL('SET CONSTRAINTS %s IMMEDIATE', names))
    env.execute_query(SQL('SET CONSTRAINTS %s DEFERRED', names))


class _Changes:
    """The plans touched by one write, each with the first day whose prices may have changed.

    It travels in the context of the writes inside the write. An object, so that no context that
    comes over the network can pretend to be one.
    """

    __slots__ = ('days',)

    def __init__(self):
        self.days = {}

    def note(self, plan, day):
        """:param day: None: from the first day on"""
        known = self.days.get(plan, day)
        self.days[plan] = day and known and min(day, known)


class PriceSheetPart(models.AbstractModel):
    """Part of a plan's price sheet (料金表): plan, version, charge, step, tier.

    A sheet is changed part by part, so it is checked as a whole when the outermost write is done;
    then the contracts that it prices are looked at again.
    """

    _name = 'smart.billing.price.sheet.part'
    _description = 'Part of a Price Sheet'

    # Fields that decide what is billed: they are frozen once they were used for that.
    _price_fields = frozenset()

    def _sheet_days(self):
        """:return: [(plan, first day whose prices the record decides; None: all days)]"""
        raise NotImplementedError

    def _refuse_billed(self):
        """Raise in words when one of the records decided what is billed."""
        raise NotImplementedError

    @contextmanager
    def _sheet_open(self):
        """:return: self for the writes within; the outermost one checks what all have changed"""
        if isinstance(self.env.context.get('sb_sheet'), _Changes):
            yield self
            return
        changes = _Changes()
        yield self.with_context(sb_sheet=changes)
        plans = self.env['smart.billing.plan'].browse(changes.days).exists()
        plans._check_price_sheets()
        for plan in plans:
            plan._forget_settled(changes.days[plan.id])

    def _note_changes(self):
        changes = self.env.context['sb_sheet']
        for plan, day in self._sheet_days():
            changes.note(plan.id, day)

    @api.model_create_multi
    def create(self, vals_list):
        with self._sheet_open() as within:
            parts = super(PriceSheetPart, within).create(vals_list)
            parts._refuse_billed()
            parts._note_changes()
        return parts.with_env(self.env)

    def write(self, vals):
        changed = self._changed_by(vals)
        fixed = changed.filtered(lambda part: any(
            part._is_fixed(name, vals[name]) for name in vals.keys() & self._price_fields))
        fixed._refuse_billed()
        with self._sheet_open() as within:
            changed = changed.with_env(within.env)
            changed._note_changes()
            result = super(PriceSheetPart, within).write(vals)
            # Once more: a part may come under what was billed by this very write.
            fixed._refuse_billed()
            changed._note_changes()
        return result

    def unlink(self):
        with self._sheet_open() as within:
            within._note_changes()
            return super(PriceSheetPart, within).unlink()

    def _changed_by(self, vals):
        """The records of which writing `vals` would change a price field."""
        decisive = vals.keys() & self._price_fields
        return self.filtered(
            lambda part: any(part._differs(name, vals[name]) for name in decisive))

    def _differs(self, name, value):
        return differs(self, name, value)

    def _is_fixed(self, name, value):
        """Whether the change of a price field is one that what was billed forbids."""
        return self._differs(name, value)
