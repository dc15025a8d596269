# Plain pytest runs the pure tests of this folder without Odoo.
if __name__.startswith("odoo.addons."):
    from . import (  # noqa: F401
        test_flow_acceptance,
        test_flow_amounts,
        test_flow_bad_input,
        test_flow_cancel,
        test_flow_import,
        test_flow_platform_shipping,
        test_flow_shipping,
        test_flow_shipping_lost,
        test_flow_shipping_many,
        test_flow_shipping_people,
        test_flow_shops,
        test_flow_skus,
        test_flow_sync,
        test_marketplace_token,
        test_oauth,
        test_security,
        test_tour_connect,
        test_tour_orders,
        test_tour_shipping,
        test_views,
    )
