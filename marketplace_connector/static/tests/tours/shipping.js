import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { known, notified, openConfiguration, picture } from "./helpers";
import { formSays, openOrder, openOrders, openShop, openTab } from "./steps";

const tours = registry.category("web_tour.tours");

/** Open the order that the test placed. */
const openPlacedOrder = () => [...openOrders(), ...openOrder()];

/** Open the delivery of that order. */
function openDelivery() {
    return [
        ...openPlacedOrder(),
        { trigger: "button[name=action_view_delivery]", run: "click" },
        { trigger: ".o_breadcrumb:contains(OUT)" },
        { trigger: ".o-mail-Chatter-sendMessage:enabled" },
    ];
}

/** Wait until the package status of the open delivery is this one. */
const packageIs = (status) => ({ trigger: `.o_field_widget[name=marketplace_status]:contains(/^${status}$/)` });

/** Fail unless the open delivery shows the tracking number. */
function numberIs(number) {
    const isShown = ({ anchor }) => {
        if (anchor.textContent !== number()) {
            throw new Error(`Tracking number ${anchor.textContent} instead of ${number()}`);
        }
    };
    return { trigger: ".o_field_widget[name=carrier_tracking_ref]:visible", run: isShown };
}

/** Press Seller Center, and read the page that the new tab would show. */
async function openedPage({ click }) {
    const open = browser.open;
    const opened = new Promise((resolve) => (browser.open = resolve));
    await click();
    const address = await opened;
    browser.open = open;
    await fetch(address, { mode: "no-cors" });
    const { pathname } = new URL(address);
    if (!pathname.startsWith("/seller-center/orders/")) {
        throw new Error(`Not the page of an order: ${address}`);
    }
}

/** Press Print Label, and read the file that the new tab would show. */
function printLabel() {
    return [
        {
            trigger: "button[name=action_marketplace_label]",
            run: async ({ click }) => {
                const open = browser.open;
                const opened = new Promise((resolve) => (browser.open = resolve));
                await click();
                const label = await (await fetch(await opened)).text();
                browser.open = open;
                if (!label.startsWith("%PDF")) {
                    throw new Error(`Not a label: ${label.slice(0, 200)}`);
                }
            },
        },
    ];
}

tours.add("marketplace_start_shop", {
    steps: () => [
        ...openShop(),
        { trigger: "[name=checklist] [name=check_pulled] .fa-check-circle:visible" },
        picture("shop-start"),
        openTab("shipping"),
        { trigger: ".o_field_widget[name=process_orders]", run: ({ anchor }) => anchor.scrollIntoView({ block: "center" }) },
        picture("shop-shipping"),
        { trigger: "button[name=action_start]", run: "click" },
        { trigger: ".modal button:contains(Ok)", run: "click" },
        ...notified("are processed from now on"),
        { trigger: "body:not(:has(button[name=action_start]))" },
    ],
});

tours.add("marketplace_pack_lazada", {
    steps: () => [
        ...openPlacedOrder(),
        formSays("Sales Order"),
        { trigger: "button[name=action_marketplace_arrange]:contains(Pack Lazada Package)" },
        picture("order-pack"),
        { trigger: "button[name=action_marketplace_arrange]:contains(Pack Lazada Package)", run: "click" },
        ...notified("being sent to the marketplace"),
        { trigger: "button[name=action_view_delivery]", run: "click" },
        { trigger: ".alert:contains(sending)" },
        packageIs("Pending"),
        { trigger: ".o-mail-Chatter-sendMessage:enabled" },
        picture("delivery-sending"),
    ],
});

tours.add("marketplace_validate_lazada", {
    steps: () => [
        ...openDelivery(),
        packageIs("Confirmed"),
        numberIs(() => known.tracking),
        picture("delivery-packed"),
        ...printLabel(),
        { trigger: "button[name=button_validate]", run: "click" },
        formSays("Done"),
    ],
});

tours.add("marketplace_validate_shopee", {
    steps: () => [
        ...openDelivery(),
        packageIs("Pending"),
        { trigger: "button[name=button_validate]", run: "click" },
        formSays("Done"),
        { trigger: ".alert:contains(Arrange shipment)" },
    ],
});

tours.add("marketplace_waiting_shopee", {
    steps: () => [
        ...openDelivery(),
        packageIs("Confirmed"),
        { trigger: ".alert:contains(Waiting for the tracking number)" },
        picture("delivery-waiting"),
    ],
});

tours.add("marketplace_number_shopee", {
    steps: () => [
        ...openDelivery(),
        packageIs("Ready to Ship"),
        numberIs(() => known.tracking),
        picture("delivery-number"),
        ...printLabel(),
    ],
});

tours.add("marketplace_cancel_shopee", {
    steps: () => [
        ...openPlacedOrder(),
        { trigger: "button[name=action_marketplace_cancel]", run: "click" },
        { trigger: ".modal .alert:contains(cancelled at the marketplace too)" },
        { trigger: ".modal .o_field_widget[name=reason_id] label:contains(The buyer asked for it)", run: "click" },
        picture("cancel-shopee"),
        { trigger: ".modal button[name=action_cancel_order]", run: "click" },
        { trigger: ".alert:contains(Cancelling)" },
        picture("cancelling"),
    ],
});

tours.add("marketplace_cancel_lazada", {
    steps: () => [
        ...openPlacedOrder(),
        { trigger: "button[name=action_marketplace_cancel]", run: "click" },
        { trigger: ".modal .alert:contains(The order at the marketplace stays)" },
        picture("cancel-lazada"),
        { trigger: ".modal button[name=action_cancel_order]", run: "click" },
        formSays("Cancelled"),
    ],
});

tours.add("marketplace_refuse_request", {
    steps: () => [
        ...openPlacedOrder(),
        { trigger: ".alert:contains(The buyer asks to cancel)" },
        picture("buyer-request"),
        { trigger: "button[name=action_marketplace_refuse_cancellation]", run: "click" },
        ...notified("The answer is being sent"),
    ],
});

tours.add("marketplace_deliveries", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='stock.menu_stock_root']", run: "click" },
        { trigger: "[data-menu-xmlid='stock.menu_stock_warehouse_mgmt']", run: "click" },
        { trigger: "[data-menu-xmlid='marketplace_connector.menu_marketplace_deliveries']", run: "click" },
        { trigger: ".o_breadcrumb:contains(Marketplace Deliveries)" },
        { trigger: ".o_searchview_facet:contains(To Ship)" },
        { trigger: ".o_data_row:eq(1) .o_data_cell[name=marketplace_ship_by_text]:contains((Singapore))" },
        picture("deliveries"),
        { trigger: "thead .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button[name=action_marketplace_arrange]", run: "click" },
        ...notified("being sent to the marketplace"),
        { trigger: ".o_data_row:eq(0) .o_data_cell[name=name]", run: "click" },
        formSays("Ready"),
        { trigger: ".o_form_view:not(:has(button[name=action_marketplace_open_order]))" },
        { trigger: "button[name=action_marketplace_open_page]", run: openedPage },
        { trigger: "button[name=action_marketplace_open_packages]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=package_ref]" },
        { trigger: "button[name=action_open_delivery]", run: "click" },
        { trigger: ".o_breadcrumb:contains(OUT)" },
    ],
});

tours.add("marketplace_smart_buttons", {
    steps: () => [
        ...openPlacedOrder(),
        { trigger: "button[name=action_marketplace_open_page]", run: openedPage },
        { trigger: "button[name=action_view_delivery]", run: "click" },
        { trigger: ".o_breadcrumb:contains(OUT)" },
        { trigger: "button[name=action_marketplace_open_order]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=order_line]" },
        { trigger: "button[name=action_marketplace_packages]", run: "click" },
        { trigger: ".o_data_row .o_data_cell[name=package_ref]", run: "click" },
        { trigger: "button[name=action_open_delivery]" },
        { trigger: "button[name=action_marketplace_open_page]", run: openedPage },
        picture("package"),
    ],
});

tours.add("marketplace_packages", {
    steps: () => [
        ...openConfiguration("menu_marketplace_packages"),
        { trigger: ".o_data_row .o_data_cell[name=status]:contains(Ready to Ship)" },
        { trigger: ".o_data_row button[name=action_open_label]" },
        picture("packages"),
    ],
});
