"""The 444 rules as plain data, so that every contender may write them as it likes."""

from __future__ import annotations

WHO = ("natural", "commercial", "research", "public_welfare", "legal_service", "other_org", "total")
OUTCOMES = (
    "granted", "partial", "denied.state_secret", "denied.law_prohibited", "denied.security_stability",
    "denied.third_party", "denied.internal_affairs", "denied.process_info", "denied.enforcement_file",
    "denied.admin_inquiry", "unable.not_held", "unable.needs_creation", "unable.still_unclear",
    "not_processed.petition", "not_processed.repeat", "not_processed.publication", "not_processed.excessive",
    "not_processed.confirm", "other.overdue_correction", "other.unpaid_fee", "other.misc",
)  # fmt: skip
ROWS = (
    "requests.received_new", "requests.carried_in", *(f"requests.outcome.{one}" for one in OUTCOMES),
    "requests.outcome.total", "requests.carried_out",
)  # fmt: skip
_DOCUMENTS = ("issued", "repealed", "in_force")
PROACTIVE = (
    *(f"proactive.{kind}.{state}" for kind in ("rules", "normative_docs") for state in _DOCUMENTS),
    "proactive.licensing.decisions", "proactive.penalty.decisions", "proactive.coercion.decisions",
    "proactive.fees.amount_wan",
)  # fmt: skip
CASES, STATES = ("review", "litigation.direct", "litigation.after_review"), ("upheld", "corrected", "other", "pending")
REVIEWS = tuple(f"{case}.{state}" for case in CASES for state in (*STATES, "total"))
CELLS = (*PROACTIVE, *(f"{row}.{who}" for row in ROWS for who in WHO), *REVIEWS)
PERIOD = r"\d{4}年1月1日至\d{4}年12月31日"
STATED = r"(\d{4})年1月1日至\d{4}年12月31日"

Tie = tuple[str, tuple[str, ...], tuple[str, ...]]


def ties() -> list[Tie]:
    """Give name, left cells and right cells of the 42 rules that compare sums."""
    made: list[Tie] = []
    for who in WHO:
        left = (f"requests.received_new.{who}", f"requests.carried_in.{who}")
        made.append((f"B-1:{who}", left, (f"requests.outcome.total.{who}", f"requests.carried_out.{who}")))
        parts = tuple(f"requests.outcome.{one}.{who}" for one in OUTCOMES)
        made.append((f"B-2:{who}", (f"requests.outcome.total.{who}",), parts))
    made += [(f"B-3:{row}", (f"{row}.total",), tuple(f"{row}.{who}" for who in WHO[:-1])) for row in ROWS]
    made += [(f"B-4:{case}", (f"{case}.total",), tuple(f"{case}.{state}" for state in STATES)) for case in CASES]
    return made


TIES = ties()
