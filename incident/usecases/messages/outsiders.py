"""Mails to reporters without an account: they name no case, and nobody inside gets them instead."""

from typing import Final

QUESTION: Final = "question_for_reporter"
"""Goes to the address that a reporter without an account left, and names nothing but that a question waits."""
QUESTION_BY_MAIL: Final = "question_by_mail"
"""Says the question itself, to whoever reported by mail and has no code."""
RECEIPT: Final = "mail_receipt"
"""Says that a mail has come in. Nobody knows whether its address is one, so its fate says nothing of our health."""
OUTCOME: Final = "outcome_by_mail"
"""Says what became of a report by mail, and names nothing of it; for whoever got the receipt, and nobody else."""
ANSWERABLE: Final = frozenset({RECEIPT, QUESTION_BY_MAIL, OUTCOME})
"""What a reporter by mail may answer, so that the answer stands on the timeline."""
TO_OUTSIDERS: Final = ANSWERABLE | {QUESTION}
LONGEST_ADDRESS: Final = 120
"""Nobody has a longer one, and a message's own mark has to hold it."""
