import { accountTaxHelpers } from "@account/helpers/account_tax";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/*
 * 3 × 105 yen at 10 %, cut off: 31 yen of tax in the form before it is saved, with a line more, a
 * line less, and after saving. The browser's own computation must say the same.
 */

const ROW = ".o_field_widget[name=invoice_line_ids] .o_data_row";
const TAX = "[name=tax_totals] .o_tax_group_amount_value";
const TOTAL = "[name=tax_totals] [name=amount_total]";

function addLine(number) {
    return [
        {
            content: `Add line ${number}`,
            trigger: ".o_field_x2many_list_row_add a:contains(Add a line)",
            run: "click",
        },
        {
            content: "Choose the product",
            trigger: `${ROW}:nth-child(${number}) .o_field_widget[name=product_id] input`,
            run: "edit Cut yen",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) > a:contains(Cut yen)",
            run: "click",
        },
    ];
}

/** The totals that the form shows, and what the browser computes for as many lines. */
function totalsAre(lines, tax, total) {
    return [
        { content: `Tax ${tax}`, trigger: `${TAX}:contains(/^\\D*${tax}\\D*$/)` },
        { content: `Total ${total}`, trigger: `${TOTAL}:contains(/^\\D*${total}\\D*$/)` },
        {
            content: `The browser computes ${tax} for ${lines} lines`,
            trigger: TOTAL,
            run() {
                const found = taxInBrowser(lines);
                if (found !== tax) {
                    throw new Error(`JavaScript computes a tax of ${found}, not ${tax}`);
                }
            },
        },
    ];
}

function taxInBrowser(lines) {
    const yen = { id: 1, rounding: 1, decimal_places: 0 };
    // As other users of the helpers pass it: a company without our field.
    const company = {
        id: user.activeCompany.id,
        currency_id: yen,
        tax_calculation_rounding_method: "round_globally",
        account_fiscal_country_id: { code: "JP" },
    };
    const tax = {
        id: 1,
        amount: 10,
        amount_type: "percent",
        price_include: false,
        children_tax_ids: [],
        tax_group_id: { id: 1, name: "10%" },
    };
    const document = Array.from({ length: lines }, (_, id) =>
        accountTaxHelpers.prepare_base_line_for_taxes_computation(null, {
            id,
            currency_id: yen,
            rate: 1,
            tax_ids: [tax],
            price_unit: 105,
            quantity: 1,
        })
    );
    accountTaxHelpers.add_tax_details_in_base_lines(document, company);
    accountTaxHelpers.round_base_lines_tax_details(document, company);
    return accountTaxHelpers.get_tax_totals_summary(document, yen, company).tax_amount_currency;
}

registry.category("web_tour.tours").add("smart_billing_live_totals", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        {
            content: "Choose the customer",
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Form Customer",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) > a:contains(Form Customer)",
            run: "click",
        },
        ...addLine(1),
        ...addLine(2),
        ...addLine(3),
        ...totalsAre(3, 31, 346),
        ...addLine(4),
        ...totalsAre(4, 42, 462),
        {
            content: "Take the line out again",
            trigger: `${ROW}:nth-child(4) .o_list_record_remove button`,
            run: "click",
        },
        ...totalsAre(3, 31, 346),
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        ...totalsAre(3, 31, 346),
    ],
});
