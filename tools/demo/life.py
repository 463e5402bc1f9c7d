"""What subscribers do between two closings: some come, some leave, some change their plan."""

from .people import month_after

CONTRACT = 'smart.billing.contract'


class Life:
    """The subscribers' side of the demo."""

    def __init__(self, client, register, company, screen, subscribers):
        self._client, self._register, self._company = client, register, company
        self._screen, self._subscribers = screen, subscribers

    def take_in(self, month):
        """Enter those who start in this month."""
        newcomers = [person for person in self._subscribers
                     if month <= person.start < month_after(month)]
        if newcomers:
            with self._screen.bar(f'{len(newcomers)} subscribers: contacts, contracts, mandates',
                                  len(newcomers)) as bar:
                self._register.take_in(newcomers, bar)
        return newcomers

    def pass_month(self, month):
        """Newcomers of a month, and what the others tell; some of it late, some ahead of time."""
        newcomers = self.take_in(month)
        rows = [(person, person.event) for person in self._subscribers
                if person.event and month <= person.event.day < month_after(month)]
        for person, event in rows:
            self._enter(person, event)
        kinds = [event.kind for _person, event in rows]
        self._screen.line(
            f"  {month:%Y-%m}: {len(newcomers)} started, {kinds.count('cancel')} cancelled, "
            f"{kinds.count('change_plan')} changed plan, {kinds.count('suspend')} paused")

    def _enter(self, person, event):
        """Events of the first contract (契約変更), by the API that the web client's form uses."""
        contract = self._register.contracts[person.number][0]
        values = {'date_effective': str(event.day), 'at_period_end': event.at_period_end}
        if event.plan:
            values['plan_id'] = self._company.plans[event.plan]
        self._client.call(CONTRACT, 'add_event', [contract], event.kind, **values)
        if event.kind == 'suspend':
            self._client.call(CONTRACT, 'add_event', [contract], 'resume',
                              date_effective=str(event.until))
