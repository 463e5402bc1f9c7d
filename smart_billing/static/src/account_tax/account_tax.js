import { accountTaxHelpers } from "@account/helpers/account_tax";
import { session } from "@web/session";
import { patch } from "@web/core/utils/patch";

/**
 * Consumption tax in the company's direction, once per rate and document (端数処理).
 *
 * Mirror of models/account_tax.py and core/tax.py: keep them consistent with each other. Amounts
 * are integers of the smallest coin and rates integers of a ten-thousandth of a percent, so that
 * no float decides whether a yen is cut off.
 */

const RATE_SCALE = 10000n;
const HUNDRED = 100n * RATE_SCALE;

/** Round `numerator / denominator` (denominator > 0) to an integer by its absolute value. */
function roundRatio(numerator, denominator, direction) {
    const absolute = numerator < 0n ? -numerator : numerator;
    let quotient = absolute / denominator;
    const rest = absolute % denominator;
    if (rest && (direction === "ceil" || (direction === "half_up" && 2n * rest >= denominator))) {
        quotient += 1n;
    }
    return numerator < 0n ? -quotient : quotient;
}

/** The tax that comes on top of a net sum (外税). */
export function taxOn(net, rate, direction) {
    return roundRatio(net * rate, HUNDRED, direction);
}

/** The tax of one rate, from the sums of its net and of its gross prices (内税). */
export function taxOfRate(net, gross, rate, direction) {
    const total = net + taxOn(net, rate, direction) + gross;
    return roundRatio(total * rate, HUNDRED + rate, direction);
}

function toMinor(amount, digits) {
    return BigInt(Math.round(amount * 10 ** digits));
}

function sumOf(taxesData, parts, suffix, digits) {
    const amounts = taxesData.flatMap((data) => parts.map((part) => data[`${part}_amount${suffix}`]));
    return toMinor(amounts.reduce((sum, amount) => sum + amount, 0), digits);
}

patch(accountTaxHelpers, {
    // EXTENDS 'account'
    round_tax_details_tax_amounts(base_lines, company, { mode = "mixed" } = {}) {
        super.round_tax_details_tax_amounts(base_lines, company, { mode });
        const direction = this.sbTaxDirection(company);
        if (!direction) {
            return;
        }
        for (const { rate, currency, taxesData } of this.sbByRate(base_lines)) {
            this.sbRoundRate(taxesData, rate, "_currency", currency, direction);
            this.sbRoundRate(taxesData, rate, "", company.currency_id, direction);
        }
    },

    // EXTENDS 'account'
    round_tax_details_base_lines(base_lines, company, { mode = "mixed" } = {}) {
        if (mode !== "mixed" || !this.sbTaxDirection(company)) {
            return super.round_tax_details_base_lines(base_lines, company, { mode });
        }
        const groups = {};
        for (const line of base_lines) {
            (groups[this.sbKindOfLine(line)] ??= []).push(line);
        }
        for (const lines of Object.values(groups)) {
            super.round_tax_details_base_lines(lines, company, { mode });
        }
    },

    /** Whether the price contains the taxes, and their rates, as a key. */
    sbKindOfLine({ tax_details: { taxes_data } }) {
        const gross = taxes_data.length > 0 && taxes_data.every((data) => data.price_include);
        return [gross, ...taxes_data.map((data) => data.tax.amount)].join();
    },

    /** "floor", "half_up" or "ceil"; false where Odoo's own rounding is left as it is. */
    sbTaxDirection(company) {
        return company.sb_tax_direction ?? session.sb_tax_rounding?.[company.id] ?? false;
    },

    /** Tax details of a document by rate, in the way the law groups them. */
    sbByRate(base_lines) {
        const groups = {};
        for (const line of base_lines) {
            if (line.special_type || Object.keys(line.manual_tax_amounts || {}).length) {
                continue;
            }
            const currency = line.currency_id;
            for (const data of line.tax_details.taxes_data) {
                if (data.tax.amount_type === "percent" && !data.is_reverse_charge) {
                    const key = [data.tax.amount, currency.id, Boolean(line.is_refund)].join();
                    groups[key] ??= { rate: data.tax.amount, currency, taxesData: [] };
                    groups[key].taxesData.push(data);
                }
            }
        }
        return Object.values(groups);
    },

    /** Make the tax of one rate the rule's amount; the difference goes to the largest lines. */
    sbRoundRate(taxesData, percent, suffix, money, direction) {
        const digits = money.decimal_places;
        const rate = BigInt(Math.round(percent * Number(RATE_SCALE)));
        const netData = taxesData.filter((data) => !data.price_include);
        const grossData = taxesData.filter((data) => data.price_include);
        const net = sumOf(netData, ["base"], suffix, digits);
        const gross = sumOf(grossData, ["base", "tax"], suffix, digits);
        const netTax = taxOn(net, rate, direction);
        const tax = taxOfRate(net, gross, rate, direction);
        this.sbBringTaxTo(netData, netTax, suffix, digits);
        for (const [data, share] of this.sbBringTaxTo(grossData, tax - netTax, suffix, digits)) {
            data[`base_amount${suffix}`] = this.sbPlus(data[`base_amount${suffix}`], -share, digits);
        }
    },

    /** Spread what is missing to the wanted sum; returns [tax_data, share] of changed lines. */
    sbBringTaxTo(taxesData, wanted, suffix, digits) {
        const missing = wanted - sumOf(taxesData, ["tax"], suffix, digits);
        if (!missing || !taxesData.length) {
            return [];
        }
        const shares = this.distribute_delta_amount_smoothly(
            digits,
            Number(missing) / 10 ** digits,
            taxesData.map((data) => ({ factor: data[`raw_tax_amount${suffix}`] }))
        );
        const changed = taxesData.map((data, i) => [data, shares[i]]).filter(([, share]) => share);
        for (const [data, share] of changed) {
            data[`tax_amount${suffix}`] = this.sbPlus(data[`tax_amount${suffix}`], share, digits);
        }
        return changed;
    },

    sbPlus(amount, share, digits) {
        return Number(toMinor(amount + share, digits)) / 10 ** digits;
    },
});
