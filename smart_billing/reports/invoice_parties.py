"""Recipient and issuer of an invoice, in the order in which their country writes addresses."""
from .prefectures import LATIN


def postal_lines(partner, japanese):
    """The address of a partner without names, the country only where it is not Japan."""
    country = partner.country_id
    domestic = country.code == 'JP' or not country
    if japanese and domestic:
        return _japanese_lines(partner)
    state = LATIN.get(partner.state_id.code, partner.state_id.name or '')
    town = ' '.join(filter(None, (partner.city, state, partner.zip)))
    lines = [partner.street, partner.street2, town]
    if not domestic or country:
        lines.append(country.name)
    return tuple(filter(None, lines))


def _japanese_lines(partner):
    """From the large to the small: postal code, prefecture and town, street, building."""
    zip_code = f'〒{partner.zip}' if partner.zip else ''
    town = ''.join(filter(None, (partner.state_id.name, partner.city)))
    street = ''.join(filter(None, (town, partner.street)))
    return tuple(filter(None, (zip_code, street, partner.street2)))


def recipient_names(partner, words):
    """Who gets the invoice, with 御中 for an organisation and 様 for a person."""
    firm = partner.commercial_partner_id if partner.commercial_partner_id.is_company else None
    person = None if partner.is_company or partner == firm else partner
    if firm and person and person.name:
        # A person within an organisation: only the person is addressed.
        return tuple(filter(None, (
            firm.name, person.function, words['to_person'] % person.name)))
    if firm:
        return (words['to_company'] % (partner.name or firm.name),)
    return (words['to_person'] % partner.name,)


def issuer_lines(company, words, japanese):
    """Name, address and ways to reach the issuer.

    In other languages than Japanese the name and address that were given for them.
    """
    latin = (company.sb_issuer_latin or '').splitlines()
    if latin and not japanese:
        lines = list(filter(None, map(str.strip, latin)))
    else:
        lines = [company.partner_id.name, *postal_lines(company.partner_id, japanese)]
    if company.phone:
        lines.append(f"{words['phone']} {company.phone}")
    if company.email:
        lines.append(f"{words['mail']} {company.email}")
    return tuple(lines)
