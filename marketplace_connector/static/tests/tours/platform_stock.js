import { registry } from "@web/core/registry";
import { known, notified, picture } from "./helpers";
import { openOrder, openOrders, openShop } from "./steps";

const tours = registry.category("web_tour.tours");
const row = (text) => `.o_data_row:contains(${text})`;

tours.add("marketplace_platform_stock", {
    steps: () => [
        ...openShop(),
        { trigger: "button[name=action_read_platform_stock]", run: "click" },
        ...notified("2 of them need a look"),
        { trigger: `${row("LAMP-WHT")} .text-bg-danger:contains(Negative)` },
        { trigger: `${row("TEE-BLK-M")} .text-bg-danger:contains(More there)` },
        picture("platform-stock"),
        { trigger: `${row("TEE-BLK-M")} .o_data_cell[name=seller_sku]`, run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=platform_difference]:contains(10)" },
        { trigger: ".breadcrumb-item a:contains(Stock at the Marketplace)", run: "click" },
        { trigger: `${row("TEE-BLK-M")} button[name=action_platform_transfer]`, run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=move_ids] .o_data_row:contains(TEE-BLK-M)" },
        { trigger: "button[name=action_confirm]", run: "click" },
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Done)" },
    ],
});

tours.add("marketplace_platform_delivery", {
    steps: () => [
        ...openOrders(),
        ...openOrder(),
        { trigger: "button[name=action_view_delivery]", run: "click" },
        { trigger: ".alert:contains(ships this from its own warehouse)" },
        { trigger: `.o_field_widget[name=marketplace_order_ref]:contains(${known.order})` },
        { trigger: "body:not(:has(button[name=action_marketplace_arrange]:visible))" },
        picture("delivery-platform"),
    ],
});
