"""Money as integer fen: reading yuan from text and writing them."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

FEN_PER_YUAN = 100
LARGEST_YUAN = Decimal(10_000_000)


def fen_from_yuan(text: str) -> int:
    """Return an amount in yuan, as text with at most two decimals, in fen.

    Raises
    ------
    ValueError
        The text is no amount, has more than two decimals, or is over ten million yuan.
    """
    try:
        yuan = Decimal(text.strip().removeprefix("¥").removeprefix("￥").replace(",", ""))
    except InvalidOperation:
        message = f"not an amount: {text!r}"
        raise ValueError(message) from None
    if not yuan.is_finite() or abs(yuan) > LARGEST_YUAN:
        message = f"not an amount: {text!r}"
        raise ValueError(message)
    fen = yuan * FEN_PER_YUAN
    if fen != fen.quantize(Decimal(1), rounding=ROUND_HALF_UP):
        message = f"more than two decimals: {text!r}"
        raise ValueError(message)
    return int(fen)


def yuan_text(fen: int) -> str:
    """Return fen as yuan with two decimals, thousands parted: `1,234.50`."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{rest:02d}"
