"""Faults of a price sheet as sentences: what is wrong, on which record, what to do next."""
from decimal import Decimal


def explain(env, plan, faults):
    """:param plan: the record :return: the sentences, each once, one on a line"""
    return '\n'.join(dict.fromkeys(_sentence(env, plan, fault) for fault in faults))


def _sentence(env, plan, fault):
    if fault.charge is not None:
        return _charge_sentence(env, fault.code, _names(env, plan, fault))
    if fault.version is not None:
        return _version_sentence(env, fault.code, _names(env, plan, fault))
    return _term_sentence(env, fault.code, _names(env, plan, fault))


def _names(env, plan, fault):
    """What the sentences fill in: records by their names, numbers without trailing zeros."""
    names = {'plan': plan.display_name}
    for key, value in fault.context.items():
        names[key] = f'{value.normalize():f}' if isinstance(value, Decimal) else value
    if fault.version is not None:
        names['version'] = fault.version.valid_from
    if fault.charge is not None:
        record = env['smart.billing.charge'].browse(fault.charge.key or ())
        names['charge'] = record.name or fault.charge.code
        names['charge_code'] = fault.charge.code
    return names


def _term_sentence(env, code, names):
    return {
        'renews_without_term': env._(
            "Plan %(plan)s renews by itself but has no term. Enter the term, or take the renewal "
            "away.", **names),
        'minimum_again_without_renewal': env._(
            "Plan %(plan)s starts its minimum term anew with each renewal but does not renew. Let "
            "it renew by itself, or take 'Minimum term starts anew' away.", **names),
        'free_exit_without_renewal': env._(
            "Plan %(plan)s has a free exit after a term, but no renewal that one could leave or no "
            "fee to be free of. Let it renew by itself with a cancellation fee, or set the free "
            "exit to 0.", **names),
        'fee_without_minimum_term': env._(
            "Plan %(plan)s has a cancellation fee but no minimum term, so it would never be "
            "billed. Enter the minimum term, or set the fee to 0.", **names),
        'minimum_term_beyond_term': env._(
            "Plan %(plan)s ends before its minimum term is over. Shorten the minimum term, "
            "lengthen the term, or let the plan renew by itself.", **names),
        'trial_beyond_term': env._(
            "Plan %(plan)s: the trial of %(days)s days is longer than the term. Shorten the trial "
            "or lengthen the term.", **{'days': '', **names}),
    }[code]


def _version_sentence(env, code, names):
    names = {'day': '', 'new': '', 'latest': '', 'newer': '', **names}
    return {
        'version_twice': env._(
            "Plan %(plan)s has two versions from %(version)s. Change the one that is there, or "
            "choose another day.", **names),
        'existing_before_new': env._(
            "The version of %(version)s of plan %(plan)s would reach existing contracts on "
            "%(day)s, before new contracts get it. Put 'Existing contracts from' on or after "
            "%(new)s.", **names),
        'existing_never_reached': env._(
            "The version of %(version)s of plan %(plan)s would reach existing contracts on "
            "%(day)s, but they get the newer version of %(newer)s on %(latest)s already. Choose an "
            "earlier day, or empty 'Existing contracts from'.", **names),
    }[code]


def _charge_sentence(env, code, names):
    names = {'up_to': '', 'before': '', 'row': '', 'minimum': '', 'maximum': '', **names}
    return {**_table_sentences(env, names), **_value_sentences(env, names)}[code]


def _table_sentences(env, names):
    """Of tiers, packages and steps."""
    return {
        'tiers_unused': env._(
            "Charge %(charge)s of plan %(plan)s has tiers, but its price model does not use them. "
            "Choose the model 'Tiered' or 'Volume', or delete the tiers.", **names),
        'tiers_missing': env._(
            "Charge %(charge)s of plan %(plan)s is priced by tiers but has none. Enter the tiers "
            "together with it; the last one has no limit.", **names),
        'last_tier_limited': env._(
            "Charge %(charge)s of plan %(plan)s: the last tier ends at %(up_to)s, so what lies "
            "above has no price. Set its limit to 0 (without limit) or add a tier.", **names),
        'tier_without_limit': env._(
            "Charge %(charge)s of plan %(plan)s: tier %(row)s has no limit although another one "
            "follows. Enter its limit, or move it to the end.", **names),
        'tiers_not_ascending': env._(
            "Charge %(charge)s of plan %(plan)s: the tier up to %(up_to)s follows the one up to "
            "%(before)s. Put the tiers in ascending order, lowest first.", **names),
        'package_without_size': env._(
            "Charge %(charge)s of plan %(plan)s is sold in packages but says not how many units "
            "one has. Enter the package size.", **names),
        'package_unused': env._(
            "Charge %(charge)s of plan %(plan)s has a package size or free units, but its price "
            "model does not use them. Choose the model 'Package', or set both to 0.", **names),
        'steps_unused': env._(
            "Charge %(charge)s of plan %(plan)s has price steps, but a charge that is billed "
            "once or priced by tiers does not use them. Delete the steps.", **names),
        'steps_not_open': env._(
            "Price steps of %(charge)s of plan %(plan)s: every step but the last needs its number "
            "of periods, and the last has 0 (all that follow).", **names),
    }


def _value_sentences(env, names):
    """Of codes, bounds and metrics."""
    return {
        'code_twice': env._(
            "Plan %(plan)s has two charges with the code '%(charge_code)s' in the version of "
            "%(version)s. Give %(charge)s another code.", **names),
        'code_reserved': env._(
            "Charge %(charge)s of plan %(plan)s: the code '%(charge_code)s' is that of the "
            "cancellation fee. Choose another code.", **names),
        'code_unfit': env._(
            "Charge %(charge)s of plan %(plan)s: the code '%(charge_code)s' is not usable. A code "
            "has no comma, no slash and no space at its ends.", **names),
        'bounds_without_period': env._(
            "Charge %(charge)s of plan %(plan)s is billed once, so it has no least or highest "
            "amount of a period. Set minimum and maximum to 0.", **names),
        'minimum_above_maximum': env._(
            "Charge %(charge)s of plan %(plan)s: the minimum %(minimum)s is above the maximum "
            "%(maximum)s. Lower the minimum or raise the maximum.", **names),
        'usage_without_metric': env._(
            "Usage charge %(charge)s of plan %(plan)s names no metric. Choose what is measured.",
            **names),
        'metric_unused': env._(
            "Charge %(charge)s of plan %(plan)s names a metric but is not of the type 'Usage'. "
            "Choose that type, or empty the metric.", **names),
    }
