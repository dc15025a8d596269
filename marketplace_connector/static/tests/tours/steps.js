import { known, openConfiguration, openSales, search } from "./helpers";

const SHOP = "Kampung Living Singapore";

/** Open the only shop from the list of shops. */
export function openShop() {
    return [
        ...openConfiguration("menu_marketplace_shops"),
        { trigger: `.o_data_row .o_data_cell:contains(${SHOP})`, run: "click" },
        { trigger: `.o_form_view .o_breadcrumb:contains(${SHOP})` },
    ];
}

/** Open a tab of the open form. */
export const openTab = (name) => ({ trigger: `.o_notebook .nav-link[name=${name}]`, run: "click" });

/** Open Sales > Orders > Marketplace Orders. */
export function openOrders() {
    return [
        ...openSales(),
        { trigger: "[data-menu-xmlid='sale.sale_order_menu']", run: "click" },
        { trigger: "[data-menu-xmlid='marketplace_connector.menu_marketplace_orders']", run: "click" },
        { trigger: ".o_breadcrumb:contains(Marketplace Orders)" },
    ];
}

/** Search the list of marketplace orders for the order that the test placed, and open it. */
export function openOrder() {
    return [
        ...search(() => known.order),
        { trigger: ".o_pager_limit:contains(/^1$/)" },
        { trigger: ".o_data_row .o_data_cell[name=marketplace_order_ref]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=marketplace_order_ref]" },
    ];
}

/** Wait until the status bar of the open form says so. */
export const formSays = (status) => ({ trigger: `.o_statusbar_status button[aria-checked=true]:contains(${status})` });
