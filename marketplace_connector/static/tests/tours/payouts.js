import { registry } from "@web/core/registry";
import { notified, picture } from "./helpers";
import { formSays } from "./steps";

const tours = registry.category("web_tour.tours");

tours.add("marketplace_payouts", {
    steps: () => [
        { trigger: "button:contains(Read Payouts):visible", run: "click" },
        { trigger: ".modal-footer button[name=action_read]", run: "click" },
        ...notified("1 new payouts"),
        { trigger: ".o_data_row:contains(TOUR-1) .o_data_cell[name=ref]" },
        picture("payout-list"),
        { trigger: ".o_data_row:contains(TOUR-1) .o_data_cell[name=ref]", run: "click" },
        { trigger: ".o_form_view button[name=action_solve]:visible:contains(Fee Types)" },
        picture("payout-obstacles"),
        { trigger: ".o_form_view button[name=action_solve]:visible:contains(Fee Types)", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=kind] input", run: "click" },
        { trigger: ".o_select_menu_item:contains(Penalty)", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved .o_field_widget[name=account_id]" },
        picture("payout-fee-type"),
        { trigger: ".breadcrumb-item a:contains(TOUR-1)", run: "click" },
        { trigger: ".o_form_view button[name=action_post]:visible", run: "click" },
        formSays("Posted"),
        { trigger: ".o_notification_close", run: "click" },
        picture("payout-posted"),
        { trigger: "button[name=action_match_bank]", run: "click" },
        { trigger: ".modal .o_data_row:contains(LAZADA TOUR-1)" },
        picture("payout-bank"),
        { trigger: ".modal-footer button[name=action_match]", run: "click" },
        { trigger: ".o_field_widget[name=bank_state]:contains(At the bank)" },
        picture("payout-at-the-bank"),
    ],
});
