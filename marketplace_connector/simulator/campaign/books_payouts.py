"""The ERP's payouts, and where they are not what the platforms have settled."""

from collections import Counter, defaultdict
from decimal import Decimal

TERMS = ("opening", "closing", "paid_out")


def read_payouts(env):
    """The payouts as plain values: a list by platform."""
    found = defaultdict(list)
    for payout in env["marketplace.payout"].search([], order="date_start, id"):
        sums = Counter()
        for row in payout.line_ids:
            sums[row.order_ref or ""] += Decimal(f"{row.moved:.2f}")
        found[payout.provider].append(
            {
                "ref": payout.ref,
                "is_final": payout.is_final,
                "orders": {ref: amount for ref, amount in sums.items() if amount},
                "rows": len(payout.line_ids),
                "difference": f"{payout.difference:.2f}",
                "why": payout.obstacle_ids.filtered(lambda one: one.reason == "difference").mapped("message"),
                **{name: f"{payout[name]:.2f}" for name in TERMS},
            }
        )
    return dict(found)


def wrong_payouts(expected, payouts):
    """What is wrong with a platform's payouts: sentences by number. `expected` is what it has settled."""
    found = {}
    by_ref = defaultdict(list)
    for payout in payouts:
        by_ref[payout["ref"] if payout["ref"] in expected else "running"].append(payout)
    for ref, settled in expected.items():
        booked = by_ref.pop(ref, [])
        sentences = list(_wrong_running(settled, booked) if ref == "running" else _wrong(settled, booked))
        if sentences:
            found[ref] = sentences
    if left := by_ref.get("running"):
        found["running"] = [f"{payout['ref']} is settled nowhere" for payout in left]
    return found


def _wrong(settled, booked):
    if len(booked) != 1:
        yield f"{len(booked)} payouts"
        return
    yield from _wrong_running(settled, booked)
    payout = booked[0]
    for name in TERMS:
        if Decimal(payout[name]) != Decimal(settled[name]):
            yield f"{name} {payout[name]}, not {settled[name]}"
    if Decimal(payout["difference"]):
        yield f"difference {payout['difference']}"


def _wrong_running(settled, booked):
    ours = Counter()
    for payout in booked:
        ours.update(payout["orders"])
    theirs = {ref: Decimal(amount) for ref, amount in settled["orders"].items()}
    for ref in sorted(ours.keys() | theirs.keys()):
        if ours[ref] != theirs.get(ref, 0):
            yield f"{ref or 'without an order'}: {ours[ref]}, not {theirs.get(ref, 0)}"
    rows = sum(payout["rows"] for payout in booked)
    if settled["rows"] is not None and rows != settled["rows"]:
        yield f"{rows} rows, not {settled['rows']}"
