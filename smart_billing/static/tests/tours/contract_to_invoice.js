import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/*
 * From a new contract to its posted invoice. The scheduled job works between the three parts,
 * as it does in life; the Python test runs it there.
 */

const tours = registry.category("web_tour.tours");

const state = (value) => `.o_statusbar_status .o_arrow_button_current[data-value=${value}]`;

function openMenu(section, menu) {
    return [
        {
            content: `Open the menu section ${section}`,
            trigger: `.o_menu_sections [data-menu-xmlid="smart_billing.${section}"]`,
            run: "click",
        },
        {
            content: `Open ${menu}`,
            trigger: `.dropdown-item[data-menu-xmlid="smart_billing.${menu}"]`,
            run: "click",
        },
    ];
}

function choose(field, text) {
    return [
        {
            content: `Type ${text} into ${field}`,
            trigger: `.o_field_widget[name=${field}] input`,
            run: `edit ${text}`,
        },
        {
            content: `Choose ${text}`,
            trigger: `.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) > a:contains(${text})`,
            run: "click",
        },
    ];
}

function enterDate(field, text) {
    return [
        {
            content: `Open ${field}`,
            trigger: `.o_field_widget[name=${field}] button`,
            run: "click",
        },
        {
            content: `Enter ${text} into ${field}`,
            trigger: `.o_field_widget[name=${field}] input`,
            run: `edit ${text} && press Tab`,
        },
        {
            content: `${field} is taken over`,
            trigger: `.o_field_widget[name=${field}] button:not(:empty)`,
        },
    ];
}

function openOnlyRun() {
    return [
        ...openMenu("menu_billing", "menu_run"),
        {
            content: "The list of runs has replaced the page before",
            trigger: ".o_breadcrumb .active:contains(Billing runs)",
        },
        {
            content: "Open the run",
            trigger: ".o_list_view .o_data_row .o_data_cell[name=name]:contains(RUN)",
            run: "click",
        },
    ];
}

tours.add("smart_billing_contract_to_run", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("smart_billing.menu_root"),
        {
            content: "A new contract",
            trigger: ".o_breadcrumb:contains(Contracts)",
        },
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        ...choose("account_id", "Tour Customer"),
        {
            content: "The account's company is known, so its plans can be chosen",
            trigger: ".o_field_widget[name=partner_id]:contains(Tour Customer)",
        },
        ...choose("start_plan_id", "Basic"),
        ...enterDate("date_start", "10/01/2026"),
        {
            content: "Confirm it",
            trigger: "button[name=action_confirm]",
            run: "click",
        },
        {
            content: "It is active, by the company's business date",
            trigger: `.o_form_view:has(${state("active")})`,
        },
        {
            content: "Its history starts",
            trigger: ".o_field_widget[name=event_ids] .o_data_row:contains(Start)",
        },
        {
            content: "The next charge is known",
            trigger: ".o_field_widget[name=next_charge_amount]:contains(1,000)",
        },
        {
            content: "And says what it is for",
            trigger: ".o_field_widget[name=next_charge_text]:contains(Basic fee)",
        },
        ...openMenu("menu_billing", "menu_run"),
        {
            content: "The list of runs",
            trigger: ".o_breadcrumb .active:contains(Billing runs)",
        },
        {
            content: "A new run",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Look before anything is written",
            trigger: "button[name=action_preview]",
            run: "click",
        },
        {
            content: "The preview shows the line and that nothing was written",
            trigger: ".o_field_widget[name=preview_html]:contains(Basic fee):contains(1,000)",
        },
        {
            content: "Start it",
            trigger: "button[name=action_start]",
            run: "click",
        },
        {
            content: "The scheduled job has it now",
            trigger: `.o_form_view:has(${state("running")})`,
        },
    ],
});

tours.add("smart_billing_approve", {
    url: "/odoo/billing-contracts",
    steps: () => [
        ...openOnlyRun(),
        {
            content: "The drafts are made and wait for approval",
            trigger: `.o_form_view:has(${state("to_approve")})`,
        },
        {
            content: "One draft is there to be checked",
            trigger: "button[name=action_view_invoices]:contains(1)",
        },
        {
            content: "Approve",
            trigger: "button[name=action_approve]",
            run: "click",
        },
        {
            trigger: `.o_form_view:has(${state("running")})`,
        },
    ],
});

tours.add("smart_billing_invoice", {
    url: "/odoo/billing-contracts",
    steps: () => [
        ...openOnlyRun(),
        {
            content: "The run is done",
            trigger: `.o_form_view:has(${state("done")})`,
        },
        {
            content: "Nothing can be started or cancelled any more",
            trigger: ".o_form_view:not(:has(button[name=action_start], button[name=action_cancel]))",
        },
        {
            content: "Open its invoices",
            trigger: "button[name=action_view_invoices]",
            run: "click",
        },
        {
            // The run's own form shows its invoices too: wait until it has gone.
            trigger:
                "body:not(:has(.o_form_view)) .o_list_view .o_data_row .o_data_cell:contains(Tour Customer)",
            run: "click",
        },
        {
            content: "The invoice is posted",
            trigger: `.o_form_view:has(${state("posted")})`,
        },
        {
            content: "It knows its run",
            trigger: ".o_field_widget[name=sb_run_id]:contains(RUN)",
        },
        {
            content: "Look at what it bills",
            trigger: ".o_notebook a.nav-link[name=sb_items]",
            run: "click",
        },
        {
            content: "The billed item",
            trigger: ".o_field_widget[name=sb_item_ids] .o_data_row:contains(Basic fee)",
        },
        {
            content: "It can be cancelled and billed again",
            trigger: "button[name=action_sb_cancel_invoice]",
        },
    ],
});
