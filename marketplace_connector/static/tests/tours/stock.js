import { registry } from "@web/core/registry";
import { notified, openConfiguration, picture } from "./helpers";
import { openShop, openTab } from "./steps";

const tours = registry.category("web_tour.tours");
const row = (text) => `.o_data_row:contains(${text})`;
const confirm = { trigger: ".modal-footer .btn-primary", run: "click" };

tours.add("marketplace_stock_preview", {
    steps: () => [
        ...openShop(),
        { trigger: "[name=check_stock] .fa-circle-o" },
        openTab("stock"),
        { trigger: ".o_field_widget[name=stock_warehouse_ids] .o_tag:contains(Kampung Living)" },
        { trigger: "button[name=action_preview_stock]:contains(Preview Stock)", run: "click" },
        { trigger: ".o_field_widget[name=summary]:contains(Nothing is sent before Start)" },
        { trigger: `${row("LAMP-WHT")} .o_data_cell[name=number]:contains(50)` },
        picture("stock-preview"),
        { trigger: "button[name=action_open_lines]:contains(Not Touched)", run: "click" },
        { trigger: ".o_breadcrumb .active:contains(Stock Preview: Listings)" },
        { trigger: row("Not linked to a product") },
        { trigger: ".o_back_button", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=summary]" },
        { trigger: "button[name=action_start]", run: "click" },
        confirm,
        ...notified("is sent from now on"),
        { trigger: ".o_form_view:not(:has(button[name=action_start]))" },
    ],
});

tours.add("marketplace_stock_why", {
    steps: () => [
        ...openConfiguration("menu_marketplace_stock_sent"),
        { trigger: `${row("LAMP-WHT")} .o_field_badge:contains(Locked by a campaign)` },
        picture("stock-list"),
        { trigger: `${row("TEE-BLK-M")} .o_data_cell[name=seller_sku]`, run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=stock_why]:contains(7 = 80 % of (12 on hand - 2 to deliver) - 1 kept back)" },
        { trigger: ".o_form_view .o_field_widget[name=stock_newest_ids] .o_data_row" },
        picture("stock-why"),
        { trigger: ".breadcrumb-item a:contains(Stock on Marketplaces)", run: "click" },
        { trigger: `${row("LAMP-WHT")} .o_data_cell[name=seller_sku]`, run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=stock_why]:contains(Locked by a campaign at 30)" },
        picture("stock-locked"),
    ],
});

tours.add("marketplace_stock_refused", {
    steps: () => [
        ...openConfiguration("menu_marketplace_problems"),
        { trigger: `${row("was refused")} button[name=action_open_listing]` },
        picture("stock-refused"),
        { trigger: `${row("was refused")} button[name=action_retry]`, run: "click" },
        ...notified("being sent again"),
        { trigger: `${row("was refused")} button[name=action_open_listing]`, run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=stock_why]" },
    ],
});
