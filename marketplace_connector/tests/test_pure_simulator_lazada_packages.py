"""The simulated Lazada packs: by API, by itself, late, in parts, and not at all."""

import json

import requests

from ..simulator.adapter import SimulatorAdapter
from ..simulator.lazada import Line
from .test_pure_simulator_lazada import LazadaCase

SKU, OTHER = "TEE-BLK-M", "CABLE-C-1M"
PROVIDERS, PACK = "/order/shipment/providers/get", "/order/fulfill/pack"
RTS, REPACK, TRACE = "/order/package/rts", "/order/package/repack", "/logistic/order/trace"
MINUTE, HOUR, DAY = 60, 3600, 86400


class PackageCase(LazadaCase):
    def place(self, *lines, **arguments):
        return self.lazada.place_order(self.shop, lines or [(SKU, 1)], **arguments)

    def result(self, path, post=True, **parameters):
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        answer = self.call(path, post, **texts)
        self.assertEqual(answer["code"], "0", answer)
        return answer["result"]

    def request_to_pack(self, *orders, **changes):
        entries = [
            {"order_id": order.order_id, "order_item_list": [unit.order_item_id for unit in units]}
            for order, units in ((one, one.units) if not isinstance(one, tuple) else one for one in orders)
        ]
        plain = {"pack_order_list": entries, "delivery_type": "dropship", "shipping_allocate_type": "TFS"}
        return {**plain, **changes}

    def lines(self, *orders, **changes):
        """The outcome of each unit of one call to pack."""
        result = self.result(PACK, packReq=self.request_to_pack(*orders, **changes))
        self.assertIs(result["success"], True, result)
        return [line for entry in result["data"]["pack_order_list"] for line in entry["order_item_list"]]

    def codes(self, *orders):
        return [line["item_err_code"] for line in self.lines(*orders)]

    def assert_failed(self, result, code, message=""):
        self.assertEqual((result["success"], result["error_code"]), (False, code), result)
        self.assertIn(message, result["error_msg"])
        self.assertNotIn("data", result)

    def packages(self, *package_ids):
        return {"packages": [{"package_id": package_id} for package_id in package_ids]}

    def on(self, path, parameter, *package_ids):
        """The outcome codes of a call about packages."""
        result = self.result(path, **{parameter: self.packages(*package_ids)})
        return [line["item_err_code"] for line in result["data"]["packages"]]

    def statuses(self, order):
        return [unit.status for unit in order.units]


class TestPack(PackageCase):
    def test_the_answer(self):
        """R52, R55: packing makes package and tracking number."""
        order = self.place((SKU, 2))
        result = self.result(PACK, packReq=self.request_to_pack(order))
        unit = order.units[0]
        self.assertEqual(
            result["data"]["pack_order_list"][0]["order_item_list"][0],
            {
                "order_item_id": unit.order_item_id,
                "msg": "success",
                "item_err_code": "0",
                "tracking_number": unit.tracking_code,
                "shipment_provider": "LEX SG",
                "package_id": unit.package_id,
                "retry": False,
            },
        )
        self.assertEqual(result["data"]["pack_order_list"][0]["order_id"], order.order_id)
        self.assertRegex(unit.package_id, r"^FP\d{15}$")
        self.assertNotIn("error_code", result)
        self.assertEqual(self.statuses(order), ["packed", "packed"])
        item = self.data("/order/items/get", order_id=str(order.order_id))[1]
        self.assertEqual((item["status"], item["package_id"]), ("packed", unit.package_id))

    def test_some_good_some_bad(self):
        """Contract 3.2: code 0 and success, and each unit has its own outcome."""
        good, packed, unpaid = self.place(), self.place(), self.place(paid=False)
        self.lazada.advance(packed, "packed")
        package = packed.units[0].package_id
        lines = self.lines(good, packed, unpaid)
        self.assertEqual([line["item_err_code"] for line in lines], ["0", "700026", "700026"])
        self.assertEqual(lines[1]["msg"], "item current status not allow to pack")
        self.assertEqual((lines[1]["package_id"], lines[1]["retry"]), ("", False))
        self.assertEqual(packed.units[0].package_id, package, "a second call makes no second package")

    def test_kinds_that_are_not_packed(self):
        kinds = [Line(SKU, shipping=kind) for kind in ("digital", "pickup_in_store", "standard")]
        order = self.place(*kinds, Line(SKU, fulfilled_by_lazada=True))
        self.assertEqual(self.codes(order), ["700030", "700028", "0", "700027"])
        items = self.data("/order/items/get", order_id=str(order.order_id))
        self.assertEqual([item["is_digital"] for item in items], [1, 0, 0, 0])
        self.assertEqual([item["is_fbl"] for item in items], [0, 0, 0, 1])
        self.assertEqual(items[1]["shipping_provider_type"], "pickup_in_store")
        self.assertTrue(items[1]["pick_up_store_info"]["pick_up_store_name"])
        with self.assertRaises(ValueError):
            self.place(Line(SKU, shipping="by boat"))

    def test_unknown(self):
        order, stranger = self.place(), self.place()
        del self.shop.orders[stranger.order_id]
        self.assertEqual(self.codes((order, stranger.units), stranger), ["700025", "700021"])

    def test_a_part(self):
        """Contract 3.2: the rest stays pending and can be packed later."""
        order = self.place((SKU, 3))
        self.assertEqual(self.codes((order, order.units[1:2])), ["0"])
        self.assertEqual(self.statuses(order), ["pending", "packed", "pending"])
        self.lines((order, order.units[::2]))
        self.assertEqual(len({unit.package_id for unit in order.units}), 2)

    def test_lazada_splits(self):
        """R63: by warehouse and by shipping type, whatever was packed in one call."""
        order = self.place((SKU, 2), Line(OTHER, warehouse="SG-2"), Line(OTHER, shipping="express"))
        self.lines(order)
        ids = [unit.package_id for unit in order.units]
        self.assertEqual((ids[0], len(set(ids))), (ids[1], 3))
        self.assertEqual(len({unit.tracking_code for unit in order.units}), 3)

    def test_or_refuses_to_split(self):
        self.lazada.splits_warehouses = False
        order = self.place((SKU, 1), Line(OTHER, warehouse="SG-2"))
        self.assertEqual(self.codes(order), ["700029", "700029"])
        self.assertEqual(self.codes((order, order.units[:1]), (order, order.units[1:])), ["0", "0"])

    def test_calls_that_fail_as_a_whole(self):
        order = self.place()
        entry = {"order_id": order.order_id, "order_item_list": [order.units[0].order_item_id]}
        for changes, code in (
            ({"pack_order_list": [entry] * 21}, "700022"),
            ({"pack_order_list": []}, "700019"),
            ({"pack_order_list": None}, "700017"),
            ({"pack_order_list": [{**entry, "order_id": str(order.order_id)}]}, "700004"),
            ({"pack_order_list": [{"order_id": order.order_id}]}, "700017"),
            ({"delivery_type": "pickup"}, "700004"),
            ({"shipping_allocate_type": "NTFS"}, "700004"),
            ({"shipment_provider_code": "FM50"}, "700004"),
        ):
            with self.subTest(changes=changes):
                self.assert_failed(self.result(PACK, packReq=self.request_to_pack(order, **changes)), code)
        self.assert_failed(self.result(PACK, packReq="no JSON"), "700004")
        self.assert_refused(self.call(PACK, post=True), "MissingParameter", '"packReq"')
        self.assert_refused(self.call(PACK, packReq="{}"), "UnsupportedHTTPMethod")
        self.assertEqual(self.statuses(order), ["pending"])

    def test_twenty_orders_in_a_call(self):
        orders = [self.place() for _ in range(20)]
        self.assertEqual(self.codes(*orders), ["0"] * 20)
        self.assertEqual(self.lazada.calls[f"/rest{PACK}"], 1)

    def test_lock_not_free_once(self):
        self.lazada.refuse_next(PACK, "700024")
        first, second = self.place(), self.place()
        lines = self.lines(first, second)
        self.assertEqual([(line["item_err_code"], line["retry"]) for line in lines], [("700024", True), ("0", False)])
        self.assertEqual(self.codes(first), ["0"])

    def test_refusals_on_order(self):
        order = self.place()
        self.lazada.refuse_next(PACK, "1003")
        self.assertEqual(self.codes(order), ["1003"])
        self.lazada.refuse_next(PACK, "6", whole=True)
        self.lazada.camel_case_errors = True
        result = self.result(PACK, packReq=self.request_to_pack(order))
        self.assertEqual((result["errorCode"], set(result)), ("6", {"success", "errorCode", "errorMsg"}))
        with self.assertRaises(ValueError):
            self.lazada.refuse_next(PACK, "nonsense")

    def test_lost_answer(self):
        """The effect takes place; asking again says so."""
        order = self.place()
        session = requests.Session()
        session.mount("http://", SimulatorAdapter(self.lazada))
        parameters = {"access_token": self.authorisation.access_token}
        content = self.signed(PACK, {**parameters, "packReq": json.dumps(self.request_to_pack(order))})
        self.lazada.faults.order("lost_answer", PACK)
        with self.assertRaises(requests.ReadTimeout):
            session.post(f"http://localhost/rest{PACK}", data=content)
        self.assertEqual(self.statuses(order), ["packed"])
        self.assertEqual(self.codes(order), ["700026"])


class TestTracking(PackageCase):
    def test_late(self):
        self.lazada.tracking_delay = 10 * MINUTE
        order = self.place()
        self.assertEqual(self.lines(order)[0]["tracking_number"], "")
        before = order.updated_at
        self.lazada.tend(9 * MINUTE)
        self.assertEqual(order.units[0].tracking_code, "")
        self.lazada.clock.move(2 * MINUTE)
        item = self.data("/order/items/get", order_id=str(order.order_id))[0]
        self.assertRegex(item["tracking_code"], r"^LEXSG\d{10}$")
        self.assertEqual((order.updated_at - before).total_seconds(), 600, "dated to when it came")

    def test_none_comes_until_somebody_types_one(self):
        """R66: typed in Seller Center."""
        self.lazada.gives_tracking = False
        order = self.place()
        (package,) = self.lazada.pack(order)
        self.lazada.type_tracking(package, "NV123")
        self.assertEqual((order.units[0].tracking_code, package.tracking_number), ("NV123", "NV123"))
        with self.assertRaises(ValueError):
            self.lazada.type_tracking(package, "NV124")

    def test_a_typed_number_stays(self):
        self.lazada.tracking_delay = HOUR
        (package,) = self.lazada.pack(self.place())
        self.lazada.type_tracking(package, "NV123")
        self.lazada.tend(2 * HOUR)
        self.assertEqual(package.units[0].tracking_code, "NV123")

    def test_vanishes_after_delivery(self):
        self.lazada.tracking_vanishes = True
        order = self.place()
        self.lazada.advance(order, "shipped")
        self.assertTrue(order.units[0].tracking_code)
        self.lazada.advance(order, "delivered")
        self.assertEqual(order.units[0].tracking_code, "")


class TestShipping(PackageCase):
    def packed(self, *lines):
        order = self.place(*lines)
        self.lazada.pack(order)
        return order, order.units[0].package_id

    def test_ready_to_ship_after_a_short_stage(self):
        """R59, contract 2.6."""
        order, package_id = self.packed()
        self.assertEqual(self.on(RTS, "readyToShipReq", package_id), ["0"])
        self.assertEqual(self.statuses(order), ["ready_to_ship_pending"])
        self.lazada.tend(self.lazada.ready_to_ship_delay)
        self.assertEqual(self.statuses(order), ["ready_to_ship"])
        self.assertEqual(self.on(RTS, "readyToShipReq", package_id), ["700000"])

    def test_outcomes_per_package(self):
        _, good = self.packed()
        gone, gone_id = self.packed()
        self.lazada.cancel(gone)
        self.assertEqual(self.on(RTS, "readyToShipReq", good, gone_id, "FP1"), ["0", "600002", "600001"])
        self.assert_failed(self.result(RTS, readyToShipReq=self.packages(*["FP1"] * 21)), "700022")
        self.assert_failed(self.result(RTS, readyToShipReq={"packages": [{"package_id": 1}]}), "700004")

    def test_repack(self):
        order, package_id = self.packed((SKU, 2))
        self.assertEqual(self.on(REPACK, "rePackReq", package_id, "FP1"), ["0", "600001"])
        self.assertEqual({(u.status, u.package_id, u.tracking_code) for u in order.units}, {("repacked", "", "")})
        self.assertEqual(self.on(RTS, "readyToShipReq", package_id), ["600002"])
        self.assertEqual(self.codes((order, order.units[:1])), ["0"])
        self.assertNotEqual(order.units[0].package_id, package_id)

    def test_repack_only_before_ready_to_ship(self):
        _, package_id = self.packed()
        self.on(RTS, "readyToShipReq", package_id)
        self.assertEqual(self.on(REPACK, "rePackReq", package_id), ["700000"])

    def test_own_fleet_gets_no_number(self):
        order, package_id = self.packed(Line(SKU, shipping="seller_own_fleet"))
        item = self.data("/order/items/get", order_id=str(order.order_id))[0]
        self.assertEqual((item["delivery_option_sof"], item["tracking_code"]), (1, ""))
        self.assertEqual(self.on(RTS, "readyToShipReq", package_id), ["0"])

    def test_packages_move_apart(self):
        order = self.place((SKU, 1), Line(OTHER, shipping="express"))
        first, second = self.lazada.pack(order)
        self.lazada.advance(order, "delivered", first.units)
        self.assertEqual((first.status, second.status, order.state), ("delivered", "packed", "processed"))

    def test_trace(self):
        order, package_id = self.packed()
        self.assertEqual(self.result(TRACE, order_id=str(order.order_id))["module"], [])
        self.lazada.advance(order, "shipped")
        result = self.result(TRACE, order_id=str(order.order_id), ofcPackageIdList=[package_id])
        self.assertEqual((result["success"], result["not_success"]), (True, False))
        (parcel,) = result["module"][0]["package_detail_info_list"]
        self.assertEqual(
            (parcel["ofc_package_id"], parcel["tracking_number"]), (package_id, order.units[0].tracking_code)
        )
        latest, first = parcel["logistic_detail_info_list"]
        self.assertEqual((first["status_code"], first["title"]), ("1200", "Packed by seller / warehouse"))
        self.assertEqual(latest["event_time"], int(order.updated_at.timestamp() * 1000))
        self.assert_refused(self.call(TRACE, order_id="1"), "LD_INPUT_PARAM_VALID", "orderId is wrong")
        wrong = self.call(TRACE, order_id=str(order.order_id), ofcPackageIdList='["FP1"]')
        self.assert_refused(wrong, "INPUT_PARAM_VALID")

    def test_another_shops_packages_are_not_there(self):
        other = self.lazada.add_account("other@kampung-living.example", ("SG",)).shops[0]
        order = self.lazada.place_order(other, [(SKU, 1)])
        (package,) = self.lazada.pack(order)
        self.assertEqual(self.on(RTS, "readyToShipReq", package.package_id), ["600001"])
        self.assertEqual(self.codes(order), ["700021"])


class TestProviders(PackageCase):
    def ask(self, order, item_ids=None):
        ids = item_ids or [unit.order_item_id for unit in order.units]
        return self.result(
            PROVIDERS,
            post=False,
            getShipmentProvidersReq={"orders": [{"order_id": order.order_id, "order_item_ids": ids}]},
        )

    def test_the_platform_chooses(self):
        data = self.ask(self.place())["data"]
        self.assertEqual(data, {"platform_default": 1, "shipment_providers": [], "shipping_allocate_type": "TFS"})

    def test_refusals(self):
        order = self.place()
        self.assert_failed(self.ask(order, [1]), "700025")
        self.assert_failed(self.ask(self.place(Line(SKU, shipping="pickup_in_store"))), "700023")
        del self.shop.orders[order.order_id]
        self.assert_failed(self.ask(order), "700021", "order not found")

    def test_cross_border_shops_choose(self):
        account = self.lazada.add_account("cb@kampung-living.example", ("MY", "SG"))
        self.shop, self.authorisation = account.shops[0], self.lazada.authorise(account)
        order = self.place()
        data = self.ask(order)["data"]
        self.assertEqual((data["platform_default"], data["shipping_allocate_type"]), (0, "NTFS"))
        foreign = {"shipping_allocate_type": "NTFS"}
        self.assert_failed(self.result(PACK, packReq=self.request_to_pack(order, **foreign)), "700017")
        foreign["shipment_provider_code"] = "nobody"
        self.assert_failed(self.result(PACK, packReq=self.request_to_pack(order, **foreign)), "700016")
        foreign["shipment_provider_code"] = data["shipment_providers"][0]["provider_code"]
        self.assertEqual([line["item_err_code"] for line in self.lines(order, **foreign)], ["0"])


class TestFulfilledByLazada(PackageCase):
    def test_moves_by_itself(self):
        """R50: the platform packs and ships what lies in its warehouse, and only that."""
        order = self.place(Line(SKU, fulfilled_by_lazada=True), Line(SKU))
        self.lazada.tend(HOUR)
        self.assertEqual(self.statuses(order), ["packed", "pending"])
        self.lazada.clock.move(3 * DAY)
        item = self.data("/order/items/get", order_id=str(order.order_id))[0]
        self.assertEqual((item["status"], item["shipping_type"]), ("delivered", "Warehouse"))
        taken = order.updated_at - order.created_at
        self.assertEqual(taken.total_seconds(), sum(self.lazada.fbl_pace.values()), "each step at its own time")
        self.assertEqual(order.units[1].status, "pending")

    def test_cancelled_ones_stay(self):
        order = self.place(fulfilled_by_lazada=True)
        self.lazada.tend(90 * MINUTE)
        self.lazada.cancel(order, by="buyer")
        self.lazada.tend(3 * DAY)
        self.assertEqual(self.statuses(order), ["canceled"])

    def test_sellers_do_not_touch_their_packages(self):
        order = self.place(fulfilled_by_lazada=True)
        self.lazada.advance(order, "packed")
        self.assertEqual(self.on(RTS, "readyToShipReq", order.units[0].package_id), ["700013"])

    def test_digital_goods_skip_the_parcel(self):
        order = self.place(Line(SKU, shipping="digital"), Line(SKU))
        self.lazada.advance(order, "shipped")
        self.assertEqual(self.statuses(order), ["pending", "shipped"])
        self.lazada.advance(order, "delivered")
        self.assertEqual((self.statuses(order), order.units[0].package_id), (["delivered", "delivered"], ""))
