import { registry } from "@web/core/registry";
import { fill, known, notified, openConfiguration, picture } from "./helpers";
import { formSays, openOrders, openShop, openTab } from "./steps";

const tours = registry.category("web_tour.tours");
const row = (text) => `.o_data_row:contains(${text})`;
const confirm = { trigger: ".modal-footer .btn-primary", run: "click" };

function openAccount() {
    return [
        ...openConfiguration("menu_marketplace_accounts"),
        { trigger: `${row("Shopee app")} .o_data_cell[name=name]`, run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=push_url]" },
    ];
}

tours.add("marketplace_completeness", {
    steps: () => [
        ...openShop(),
        { trigger: ".o_field_widget[name=completeness_text] .text-bg-danger:contains(Incomplete)" },
        { trigger: "button:contains(Check Completeness)", run: "click" },
        { trigger: ".modal .o_field_widget[name=date_from] :is(button, input)" },
        picture("completeness-range"),
        { trigger: ".modal button[name=action_check]", run: "click" },
        { trigger: `${row("Incomplete")} .o_data_cell[name=healed_count]:contains(1)` },
        picture("completeness-days"),
        { trigger: `${row("Incomplete")} .o_data_cell[name=date]`, run: "click" },
        { trigger: `.o_form_view ${row(known.missed)} .text-bg-success:contains(Healed)` },
        { trigger: `.o_form_view ${row(known.cancelled)} .text-bg-danger:contains(Different)` },
        picture("completeness-day"),
        { trigger: `${row(known.cancelled)} button[name=action_accept]`, run: "click" },
        confirm,
        formSays("Complete"),
        { trigger: `${row(known.cancelled)} .o_data_cell[name=accepted_by_id]:contains(Mei Ling Tan)` },
        { trigger: ".breadcrumb-item a:contains(Kampung Living)", run: "click" },
        { trigger: ".o_field_widget[name=completeness_text] .text-bg-success:contains(Complete up to)" },
        picture("completeness-shop"),
    ],
});

tours.add("marketplace_push_register", {
    steps: () => [
        ...openAccount(),
        { trigger: ".o_field_widget[name=push_state]:contains(None yet)" },
        fill("push_key", () => known.push_key),
        { trigger: "button[name=action_verify_push_url]", run: "click" },
        ...notified("within ten minutes"),
        { trigger: ".alert:contains(Press Verify or Save in the marketplace's console now)" },
        picture("push-verify"),
    ],
});

tours.add("marketplace_push_arrived", {
    steps: () => [
        ...openOrders(),
        { trigger: `${row(known.order)} .o_data_cell[name=marketplace_order_ref]` },
        ...openAccount(),
        { trigger: ".o_field_widget[name=push_state]:contains(Coming in)" },
        { trigger: ".o_field_widget[name=push_accepted]:contains(1)" },
        { trigger: ".o_field_widget[name=push_last]" },
        picture("push-coming-in"),
    ],
});

tours.add("marketplace_health", {
    steps: () => [
        ...openShop(),
        { trigger: "[name=access_warning]:contains(The access ends on)" },
        { trigger: "[name=schedule_warning]:contains(Marketplaces: fetch orders)" },
        { trigger: ".o-mail-Activity:contains(ends on)" },
        openTab("health"),
        { trigger: ".o_field_widget[name=call_success_rate]:contains(100%)" },
        { trigger: ".o_control_panel", run: () => document.querySelector(".o_content").scrollTo(0, 0) },
        picture("health-warnings"),
        { trigger: ".o_field_widget[name=call_success_rate]", run: ({ anchor }) => anchor.scrollIntoView({ block: "center" }) },
        picture("health"),
        { trigger: "[name=access_warning] button[name=action_connect]", run: "click", expectUnloadPage: true },
        { trigger: ".o_form_view:not(:has([name=access_warning])) .o_breadcrumb:contains(Kampung Living)", timeout: 30000 },
        formSays("Connected"),
    ],
});

tours.add("marketplace_privacy", {
    steps: () => [
        ...openConfiguration("menu_marketplace_privacy"),
        { trigger: ".o_breadcrumb:contains(/^Privacy/)" },
        { trigger: "button[name=action_open_buyers]:contains(1)" },
        picture("privacy"),
        { trigger: "button[name=action_open_buyers]", run: "click" },
        { trigger: `${row(known.buyer)} button[name=action_erase]`, run: "click" },
        { trigger: ".modal:contains(cannot be brought back)" },
        picture("privacy-erase"),
        confirm,
        ...notified("Erased buyers: 1"),
        { trigger: ".o_view_nocontent:contains(No buyer is known)" },
    ],
});
