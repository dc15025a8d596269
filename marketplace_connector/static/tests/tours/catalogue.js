import { registry } from "@web/core/registry";
import { notified, picture } from "./helpers";
import { openShop } from "./steps";

const tours = registry.category("web_tour.tours");
const row = (text) => `.o_data_row:contains(${text})`;

tours.add("marketplace_catalogue", {
    steps: () => [
        ...openShop(),
        { trigger: "button[name=action_sync_catalogue]", run: "click" },
        ...notified("2 are not"),
        { trigger: "button[name=action_open_unmatched]:contains(2)" },
        picture("catalogue-shop"),
        { trigger: "button[name=action_open_unmatched]", run: "click" },
        { trigger: `${row("UMB09")} .o_data_cell[name=suggested_product_id]:contains(UMB-09)` },
        picture("catalogue-not-linked"),
        { trigger: `${row("UMB09")} .o_data_cell[name=seller_sku]` },
        { trigger: `${row("UMB09")} button[name=action_link_suggestions]`, run: "click" },
        ...notified("1 linked, 0 left"),
        { trigger: `${row("GIFT-WRAP")} .o_list_record_selector input`, run: "click" },
        { trigger: ".o_control_panel button[name=action_ignore], .o_list_view button[name=action_ignore]", run: "click" },
        ...notified("1 ignored"),
        { trigger: ".breadcrumb-item.o_back_button a, .breadcrumb-item a:last", run: "click" },
        { trigger: "button[name=action_open_ignored]:contains(1)" },
        { trigger: "button[name=action_open_ambiguous]", run: "click" },
        { trigger: ".o_data_row .text-bg-warning:contains(Several candidates)" },
    ],
});

tours.add("marketplace_listing", {
    steps: () => [
        { trigger: ".o_form_view .alert:contains(2 products fit)" },
        picture("catalogue-suggestions"),
        { trigger: ".o_field_widget[name=suggestion_ids] .o_data_row:contains(Fits by the shop)" },
        { trigger: ".o_field_widget[name=suggestion_ids] button[name=action_marketplace_link]:first", run: "click" },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Linked)" },
    ],
});

tours.add("marketplace_product", {
    steps: () => [
        { trigger: ".o_notebook a[name=marketplaces]", run: "click" },
        { trigger: ".o_field_widget[name=marketplace_listing_ids] .o_data_row .text-bg-success:contains(On sale)" },
        picture("product-marketplaces"),
        { trigger: ".o_button_more", run: "click" },
        { trigger: "button[name=action_marketplace_listings]:contains(2)", run: "click" },
        { trigger: ".o_breadcrumb:contains(Listings)" },
        { trigger: ".o_data_row:eq(1)" },
    ],
});
