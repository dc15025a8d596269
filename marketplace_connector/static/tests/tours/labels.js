import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { picture } from "./helpers";

const tours = registry.category("web_tour.tours");

/** Open a menu of Inventory > Operations. */
function openOperations(menu, title) {
    return [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='stock.menu_stock_root']", run: "click" },
        { trigger: "[data-menu-xmlid='stock.menu_stock_warehouse_mgmt']", run: "click" },
        { trigger: `[data-menu-xmlid='marketplace_connector.${menu}']`, run: "click" },
        { trigger: `.o_breadcrumb:contains(${title})` },
    ];
}

/** Tick all rows, press Print Labels, and read the file that the new tab would show. */
function printTicked(button) {
    return [
        { trigger: "thead .o_list_record_selector input", run: "click" },
        {
            trigger: `.o_control_panel button[name=${button}]`,
            run: async ({ click }) => {
                const open = browser.open;
                const opened = new Promise((resolve) => {
                    browser.open = (url) => {
                        resolve(url);
                        return {};
                    };
                });
                await click();
                const labels = await (await fetch(await opened)).text();
                browser.open = open;
                if (!labels.startsWith("%PDF")) {
                    throw new Error(`Not a PDF: ${labels.slice(0, 200)}`);
                }
            },
        },
    ];
}

tours.add("marketplace_print_labels", {
    steps: () => [
        ...openOperations("menu_marketplace_labels", "Marketplace Labels"),
        { trigger: ".o_searchview_facet:contains(Label Not Printed Yet)" },
        { trigger: ".o_data_row:eq(2)" },
        picture("labels"),
        ...printTicked("action_open_label"),
        { trigger: ".o_view_nocontent:contains(All labels are printed)" },
    ],
});

tours.add("marketplace_missing_labels", {
    steps: () => [
        ...openOperations("menu_marketplace_deliveries", "Marketplace Deliveries"),
        { trigger: ".o_data_row:eq(3)" },
        ...printTicked("action_marketplace_label"),
        { trigger: ".o_notification:contains(Missing labels: 1):contains(not packed or arranged yet)" },
        picture("labels-missing"),
    ],
});
