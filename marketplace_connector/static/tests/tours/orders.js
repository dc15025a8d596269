import { registry } from "@web/core/registry";
import { fill, known, notified, openConfiguration, openSales, picture, search } from "./helpers";
import { formSays, openOrder, openOrders, openShop } from "./steps";

const tours = registry.category("web_tour.tours");

tours.add("marketplace_pull_orders", {
    steps: () => [
        ...openConfiguration("menu_marketplace_shops"),
        { trigger: ".o_data_row:eq(1)" },
        { trigger: "thead .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button[name=action_pull_orders]" },
        picture("shops"),
        { trigger: ".o_control_panel button[name=action_pull_orders]", run: "click" },
        { trigger: ".o_notification:contains(new)", timeout: 30000 },
        picture("pull-orders"),
        ...notified("new"),
        ...openOrders(),
        { trigger: ".o_data_row:eq(3)" },
        picture("orders"),
        ...search(() => known.order),
        { trigger: ".o_pager_limit:contains(/^1$/)" },
        picture("orders-search"),
        { trigger: ".o_data_row .o_data_cell[name=marketplace_order_ref]", run: "click" },
        formSays("Sales Order"),
        { trigger: ".o_field_widget[name=order_line] .o_data_row:contains(Ninja Van)" },
        picture("order"),
        { trigger: ".o_notebook .nav-link[name=marketplace]", run: "click" },
        { trigger: ".o_field_widget[name=marketplace_raw_status]:contains(READY_TO_SHIP)" },
        picture("order-marketplace"),
        { trigger: "button[name=action_view_delivery]", run: "click" },
        { trigger: ".o_breadcrumb:contains(OUT)" },
        formSays("Ready"),
        { trigger: ".o-mail-Chatter-sendMessage:enabled" },
        picture("delivery"),
    ],
});

tours.add("marketplace_pull_on_shop", {
    steps: () => [
        ...openShop(),
        { trigger: "button[name=action_pull_orders]", run: "click" },
        ...notified("1 new, 0 updated, 0 unchanged, 0 need attention."),
        { trigger: "button[name=action_open_orders]:contains(1)", run: "click" },
        ...openOrder(),
        formSays("Sales Order"),
    ],
});

tours.add("marketplace_link_sku", {
    steps: () => [
        ...openOrders(),
        { trigger: ".o_data_row .o_data_cell[name=marketplace_problem]:contains(not linked)" },
        ...openOrder(),
        formSays("Quotation"),
        { trigger: ".alert:contains(is not linked to a product)" },
        picture("problem-order"),
        { trigger: "button[name=action_marketplace_listings]", run: "click" },
        { trigger: ".o_breadcrumb:contains(Listings)" },
        { trigger: ".o_data_row .o_data_cell[name=product_id]", run: "click" },
        { trigger: ".o_field_widget[name=product_id] input", run: "edit Golf" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Golf Umbrella)" },
        picture("problem-listing"),
        { trigger: ".o-autocomplete--dropdown-item:contains(Golf Umbrella)", run: "click" },
        { trigger: ".o_list_button_save", run: "click" },
        { trigger: ".o_data_row .o_data_cell[name=state]:contains(/^Linked$/)" },
        { trigger: ".breadcrumb-item.o_back_button", run: "click" },
        { trigger: "button[name=action_marketplace_retry]", run: "click" },
        ...notified("1 solved, 0 left."),
        formSays("Sales Order"),
        { trigger: "body:not(:has(.alert:contains(not linked)))" },
        picture("problem-solved"),
    ],
});

tours.add("marketplace_problems", {
    steps: () => [
        ...openConfiguration("menu_marketplace_problems"),
        { trigger: ".o_data_row:contains(SKU not linked)" },
        { trigger: ".o_data_row:contains(fits several)" },
        picture("problems"),
        ...openConfiguration("menu_marketplace_listings"),
        { trigger: ".o_data_row:contains(Several candidates)" },
        picture("listings"),
    ],
});

tours.add("marketplace_reporting", {
    steps: () => [
        ...openSales(),
        { trigger: "[data-menu-xmlid='sale.menu_sale_report']", run: "click" },
        { trigger: "[data-menu-xmlid='sale.menu_reporting_sales']", run: "click" },
        { trigger: ".o_graph_view" },
        { trigger: ".o_switch_view.o_pivot", run: "click" },
        { trigger: ".o_pivot_view" },
        { trigger: ".o_pivot th:contains(Lazada)" },
        { trigger: ".o_pivot th:contains(Shopee)" },
        { trigger: ".o_pivot_buttons button:contains(Measures)", run: "click" },
        { trigger: ".o_menu_item:contains(/^Untaxed Total$/)", run: "click" },
        { trigger: ".o_pivot th:contains(Untaxed Total)" },
        { trigger: ".o_pivot_buttons button:contains(Measures)", run: "click" },
        { trigger: "body:not(:has(.o_menu_item))" },
        picture("reporting"),
    ],
});

tours.add("marketplace_force_sync", {
    steps: () => [
        ...openShop(),
        { trigger: ".o_form_view:not(:has(button[name=action_sync_orders]))" },
        { trigger: ".o_field_widget[name=last_order_sync] :is(button, input)", run: "click" },
        { trigger: ".o_datetime_picker" },
        {
            trigger: ".o_field_widget[name=last_order_sync] input",
            run: async ({ edit, press }) => {
                await edit(known.earlier);
                await press("Enter");
            },
        },
        { trigger: "body:not(:has(.o_datetime_picker))" },
        { trigger: ".o_form_button_save" },
        picture("force-sync"),
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});

tours.add("marketplace_sync_orders_debug", {
    steps: () => [
        ...openShop(),
        { trigger: "button[name=action_sync_orders]" },
        picture("sync-orders"),
        { trigger: "button[name=action_sync_orders]", run: "click" },
        ...notified("0 new, 1 updated, 0 unchanged, 0 need attention."),
    ],
});

tours.add("marketplace_fetch_order", {
    steps: () => [
        ...openShop(),
        { trigger: "button:contains(Fetch Order)", run: "click" },
        { trigger: ".modal .o_field_widget[name=order_ref] input", run: ({ edit }) => edit(known.order) },
        { trigger: ".modal button[name=action_fetch]:contains(/^Fetch$/)", run: "click" },
        { trigger: ".modal .alert:contains(SHIPPED)" },
        { trigger: ".modal button[name=action_fetch]:contains(Create It Anyway):focus" },
        picture("fetch-order"),
        { trigger: ".modal button[name=action_fetch]:contains(Create It Anyway)", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=marketplace_order_ref]" },
        formSays("Sales Order"),
    ],
});

tours.add("marketplace_cancelled_meanwhile", {
    steps: () => [
        ...openOrders(),
        ...openOrder(),
        formSays("Sales Order"),
        {
            content: "The seller cancels the order in Seller Center, in another tab",
            trigger: "body",
            run: async () => {
                const body = new URLSearchParams({ action: "cancel", reason: "Out of Stock" });
                const url = `${known.shopee.url}/seller-center/orders/${known.order}`;
                await fetch(url, { method: "POST", mode: "no-cors", body });
            },
        },
        {
            content: "Somebody else pulls the orders",
            trigger: "body",
            run: async () => {
                const params = { model: "marketplace.shop", method: "action_pull_orders", args: [[known.shop]], kwargs: {} };
                await fetch("/web/dataset/call_kw", {
                    method: "POST",
                    headers: { "Content-Type": "application/json" },
                    body: JSON.stringify({ jsonrpc: "2.0", method: "call", params }),
                });
            },
        },
        { trigger: ".o_notebook .nav-link[name=other_information]", run: "click" },
        fill("client_order_ref", "Customer called"),
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: ".alert:contains(This order was cancelled at the marketplace by the seller)" },
        { trigger: ".alert:contains(Out of Stock)" },
        formSays("Cancelled"),
        { trigger: ".o_notebook .nav-link[name=order_lines]", run: "click" },
        picture("cancelled"),
    ],
});
