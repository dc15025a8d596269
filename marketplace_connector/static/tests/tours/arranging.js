import { registry } from "@web/core/registry";
import { notified, picture } from "./helpers";
import { openOrder, openOrders } from "./steps";

const tours = registry.category("web_tour.tours");

/** Open the dialogue from the order that the test placed. */
const openDialogue = () => [
    ...openOrders(),
    ...openOrder(),
    { trigger: "button[name=action_marketplace_arrange]:contains(Arrange Shipment)", run: "click" },
    { trigger: ".modal .o_field_widget[name=way_id]" },
];

/** Choose from the list of a field of the dialogue. */
const choose = (field, text) => [
    { trigger: `.modal .o_field_widget[name=${field}] input`, run: "click" },
    { trigger: `.o-autocomplete--dropdown-item:contains(${text})`, run: "click" },
];

const send = () => [
    { trigger: ".modal button[name=action_arrange]", run: "click" },
    ...notified("being sent to the marketplace"),
    { trigger: "body:not(:has(.modal))" },
];

tours.add("marketplace_arrange_pickup", {
    steps: () => [
        ...openDialogue(),
        { trigger: ".modal .o_field_widget[name=way_id] input:value(Courier picks up)" },
        { trigger: ".modal .o_field_widget[name=slot_id] input:value(recommended)" },
        picture("arrange-shipment"),
        ...choose("slot_id", "13:00 - 18:00"),
        ...send(),
    ],
});

tours.add("marketplace_arrange_own_courier", {
    steps: () => [
        ...openDialogue(),
        { trigger: ".modal:not(:has(.o_field_widget[name=slot_id]))" },
        { trigger: ".modal .o_field_widget[name=tracking_number] input", run: "edit OWN-4711" },
        picture("arrange-own-courier"),
        ...send(),
    ],
});
