import { registry } from "@web/core/registry";

/* The timeline view is drawn, answers the keyboard and says the same in words. */
registry.category("web_tour.tours").add("smart_billing_contract_story", {
    steps: () => [
        {
            content: "The plan has its lane",
            trigger: ".sb_story [data-lane=plan] .sb_story_plan:contains(Basic)",
        },
        {
            content: "Today is marked",
            trigger: ".sb_story .sb_story_today",
        },
        {
            content: "A bar takes the focus",
            trigger: ".sb_story [data-lane=quantity] .sb_story_bar:contains(3)",
            run: ({ anchor }) => anchor.focus(),
        },
        {
            content: "And tells its days",
            trigger: ".sb_story_told:contains(3):contains(11/01/2026)",
        },
        {
            content: "The same in words",
            trigger: ".sb_story summary",
            run: "click",
        },
        {
            content: "With the trial and the terms",
            trigger: ".sb_story details[open] li:contains(Trial)",
        },
    ],
});
