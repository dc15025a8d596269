import { registry } from "@web/core/registry";
import { fill, known, notified, openConfiguration, picture } from "./helpers";

/** Choose an option of a selection field of the open form. */
function choose(field, option) {
    return [
        { trigger: `.o_field_widget[name=${field}] input`, run: "click" },
        { trigger: `.o_select_menu_item:contains(${option})`, run: "click" },
    ];
}

/** From the empty list of accounts to the connected shop; the platform's own page is the test's part. */
function connectShop(platform, label, shop, pictures) {
    const wanted = (name) => (pictures.includes(name) ? [picture(`${platform}-${name}`)] : []);
    return [
        ...openConfiguration("menu_marketplace_accounts"),
        { trigger: ".o_breadcrumb:contains(Accounts)" },
        { trigger: ".o_list_button_add", run: "click" },
        fill("name", `Kampung Living on ${label}`),
        ...choose("provider", label),
        ...choose("environment", "Simulator"),
        fill("app_key", () => known[platform].key),
        fill("app_secret", () => known[platform].secret),
        fill("api_url", () => known[platform].api),
        fill("auth_url", () => known[platform].consent),
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "button[name=action_connect]:visible" },
        ...wanted("account"),
        { trigger: "button[name=action_connect]", run: "click", expectUnloadPage: true },
        { trigger: `.o_breadcrumb:contains(${shop})`, timeout: 30000 },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Connected)" },
        { trigger: ".o_field_widget[name=last_order_sync]" },
        { trigger: `.o_field_widget[name=team_id] input:value(${label})` },
        ...wanted("shop"),
        { trigger: "button[name=action_test_connection]", run: "click" },
        { trigger: `.o_notification:contains(Connected as ${shop})` },
        ...wanted("test-connection"),
        ...notified(`Connected as ${shop}`),
    ];
}

registry.category("web_tour.tours").add("marketplace_connect_lazada", {
    steps: () => connectShop("lazada", "Lazada", "Kampung Living Singapore", ["account", "test-connection"]),
});
registry.category("web_tour.tours").add("marketplace_connect_shopee", {
    steps: () => connectShop("shopee", "Shopee", "Kampung Living Singapore", ["shop"]),
});
