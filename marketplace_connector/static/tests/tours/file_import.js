import { inputFiles } from "@web/../tests/utils";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { known, picture, search } from "./helpers";
import { formSays } from "./steps";

const tours = registry.category("web_tour.tours");

/** The file that the test has exported from Seller Center. */
function exportedFile() {
    const bytes = Uint8Array.from(atob(known.file), (letter) => letter.charCodeAt(0));
    const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    return new File([bytes], "pricestock.xlsx", { type });
}

tours.add("marketplace_file_import", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='stock.menu_stock_root']", run: "click" },
        { trigger: "[data-menu-xmlid='stock.menu_stock_inventory_control']", run: "click" },
        { trigger: "[data-menu-xmlid='marketplace_connector.menu_import_marketplace_file']", run: "click" },
        { trigger: ".o_field_widget[name=shop_id] input", run: "click" },
        { trigger: ".o-autocomplete--dropdown-item a:contains(Kampung Living)", run: "click" },
        {
            trigger: ".o_field_widget[name=file_ids] .o_attach",
            run: () => inputFiles(".o_field_widget[name=file_ids] input[type=file]", [exportedFile()]),
        },
        { trigger: ".o_field_widget[name=file_ids] .o_attachment:contains(pricestock)" },
        { trigger: "body:not(:has(.o-autocomplete--dropdown-menu))" },
        picture("file-import-choose"),
        { trigger: "button[name=action_preview]", run: "click" },
        formSays("Checked"),
        { trigger: ".o_data_row .text-bg-info:contains(Link to a product)" },
        picture("file-import-preview"),
        { trigger: "button[name=action_import]", run: "click" },
        formSays("Done"),
        { trigger: ".o_stat_text:contains(New with Variants)" },
        picture("file-import-done"),
        { trigger: "button[name=action_open_rows]:contains(Rows)", run: "click" },
        { trigger: ".o_breadcrumb:contains(Rows of the Import)" },
        ...search("TEE-BLK-S"),
        { trigger: ".o_data_row:contains(TEE-BLK-S) button[name=action_open_product]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=default_code] input:value(TEE-BLK-S)" },
    ],
});
