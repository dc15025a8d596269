import { stepUtils } from "@web_tour/tour_utils";

/** What the test tells its tour: addresses and keys of the simulated platforms. */
export const known = window.known || {};

/** Wait until the test has taken the picture; where no pictures are wanted it answers at once. */
export function picture(name, trigger = "body") {
    return {
        content: `Picture ${name}`,
        trigger,
        run: () =>
            new Promise((taken) => {
                window.pictureTaken = taken;
                console.log(`marketplace picture: ${name}`);
            }),
    };
}

/** Open a menu of Sales > Configuration > Marketplaces. */
export function openConfiguration(menu) {
    return [
        ...openSales(),
        { trigger: "[data-menu-xmlid='sale.menu_sale_config']", run: "click" },
        { trigger: `[data-menu-xmlid='marketplace_connector.${menu}']`, run: "click" },
    ];
}

/** Open the app Sales. */
export function openSales() {
    return [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='sale.sale_menu_root']", run: "click" },
        { trigger: ".o_breadcrumb:contains(Quotations)" },
    ];
}

/** Type a text into a field of the open form. */
export function fill(field, text) {
    return {
        trigger: `.o_field_widget[name=${field}] input`,
        run: typeof text === "function" ? ({ edit }) => edit(text()) : `edit ${text}`,
    };
}

/** Wait for a notification with the text, then close it. */
export function notified(text) {
    return [
        { trigger: `.o_notification:contains(${text})` },
        { trigger: ".o_notification_close", run: "click" },
        { trigger: "body:not(:has(.o_notification))" },
    ];
}

/** Search the list for a text. */
export function search(text) {
    return [
        { trigger: ".o_searchview_input", run: typeof text === "function" ? ({ edit }) => edit(text()) : `edit ${text}` },
        { trigger: ".o_searchview_input", run: "press Enter" },
        { trigger: ".o_searchview_facet" },
    ];
}
