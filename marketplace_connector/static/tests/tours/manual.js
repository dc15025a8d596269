import { registry } from "@web/core/registry";
import { picture } from "./helpers";
import { openOrder, openOrders } from "./steps";

const tours = registry.category("web_tour.tours");

/** The bar of Manual Handling says this. */
const barSays = (text) => ({ trigger: `.alert[name=marketplace_manual]:contains("${text}")` });

tours.add("marketplace_manual_by_hand", {
    steps: () => [
        ...openOrders(),
        ...openOrder(),
        barSays("This goes with your own fleet"),
        { trigger: ".o_form_view:not(:has(button[name=action_marketplace_arrange]))" },
        { trigger: "button[name=action_marketplace_deliveries]", run: "click" },
        { trigger: ".o_breadcrumb:contains(OUT)" },
        { trigger: ".o-mail-Activity:contains(Own fleet)" },
        barSays("This goes with your own fleet"),
        { trigger: ".o_field_widget[name=marketplace_status]:contains(Manual Handling Required)" },
        picture("delivery-own-fleet"),
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: ".o_field_widget[name=marketplace_status]:contains(/^Shipped$/)" },
        { trigger: ".o_form_view:not(:has(.alert[name=marketplace_manual])):not(:has(.o-mail-Activity))" },
    ],
});

tours.add("marketplace_manual_lost", {
    steps: () => [
        barSays("The courier lost the parcel"),
        barSays("LOGISTICS_LOST"),
        picture("delivery-lost"),
        { trigger: "button[name=action_marketplace_handled]", run: "click" },
        { trigger: ".o_form_view:not(:has(.alert[name=marketplace_manual]))" },
    ],
});
