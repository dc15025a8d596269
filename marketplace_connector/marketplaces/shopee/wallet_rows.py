"""A day of the wallet as rows of a payout."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from ..payouts import PayoutRow
from .escrow_rows import Escrow, escrow_rows
from .fee_types import (
    FEE_NAMES,
    ROUNDING,
    TRANSACTION_FEE,
    WITHDRAWAL_CANCELLED,
    WITHDRAWAL_CREATED,
    WITHDRAWAL_FEE,
)
from .releases import Advances
from .wallet_days import Moved, WalletDay

WITHDRAWALS = frozenset({WITHDRAWAL_CREATED, WITHDRAWAL_CANCELLED})


def day_rows(day: WalletDay, escrows: Mapping[str, Escrow], releases: Mapping[str, Advances]) -> tuple[PayoutRow, ...]:
    """All rows of the day: those movements whose ref is in `releases` by the terms of their order's escrow."""
    rows = []
    for moved in day.moved:
        movement = moved.movement
        if movement.ref in releases:
            escrow, at = escrows.get(movement.order_ref), int(movement.happened_at.timestamp())
            advances = releases[movement.ref]
            rows += escrow_rows(escrow, movement.order_ref, movement.ref, movement.amount, day.day, at, advances)
        else:
            rows.append(_row(moved, day.day))
        rows = _with_fee(rows, moved)
    if day.rounding:
        rows.append(
            PayoutRow(
                ref=f"{ROUNDING}:{day.day:%Y%m%d}",
                fee_key=ROUNDING,
                fee_name=FEE_NAMES[ROUNDING],
                amount=day.rounding,
                happened_on=day.day,
            )
        )
    return tuple(rows)


def _row(moved: Moved, day: date):
    movement = moved.movement
    return PayoutRow(
        ref=movement.ref,
        fee_key=movement.key,
        fee_name=FEE_NAMES.get(movement.key, movement.key),
        amount=movement.amount,
        order_ref=movement.order_ref,
        happened_on=day,
        details=movement.details,
    )


def _with_fee(rows, moved: Moved):
    """The fee as a row of its own: taken off the balance beside the amount, or what the bank gets less of it.

    Whether `transaction_fee` is within the amount is not documented; the balances tell. Of other movements than
    withdrawals a fee that is within the amount is a term of the order's escrow.
    """
    movement, last = moved.movement, rows[-1]
    is_withdrawal = movement.key in WITHDRAWALS
    if moved.fee_beside:
        fee = -moved.fee_beside
    elif is_withdrawal and movement.fee:
        fee = movement.fee.copy_sign(movement.amount)
        rows = [*rows[:-1], replace(last, amount=last.amount - fee)]
    else:
        return rows
    key = WITHDRAWAL_FEE if is_withdrawal else TRANSACTION_FEE
    own = replace(last, ref=f"{movement.ref}:fee", fee_key=key, fee_name=FEE_NAMES[key], amount=fee)
    return [*rows, own]
