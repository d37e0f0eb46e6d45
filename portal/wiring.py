"""The plot of the product on one page: which tasks follow which event, and which run by the clock.

A service publishes an event in the transaction of its change; the outbox runs the handlers named here after the
commit, each at least once, whatever broke in between. Followers of one event share a transaction (decision 30): what
speaks to the world outside, or takes long, follows an event of its own. Some do their work for many events at once
(decision 33). `portal/tests/test_wiring.py` holds this page against the code. It is names only: beat reads the clock
without the tasks, and so does the page of the operator.
"""

from datetime import timedelta

FOLLOWS: dict[str, tuple[str, ...]] = {
    # A citizen's message is stored, with its unit, deadline and code.
    "case.submitted": (
        "feedback.tasks.dispatch",  # to the officer of the unit with the fewest open cases
        "feedback.tasks.acknowledge",  # "your message has arrived" to the citizen
        "feedback.tasks.learn_words",  # for searches with a typing error
    ),
    # A case came into an officer's hands.
    "case.assigned": ("feedback.tasks.notify_officer",),
    # Staff sent the case to another unit, with a reason.
    "case.redirected": (
        "feedback.tasks.dispatch",
        "feedback.tasks.notify_moved",  # the citizen is told
    ),
    # The last day for an answer moved, with a reason.
    "case.extended": ("feedback.tasks.notify_extended",),  # the citizen is told
    # A member of staff whom the case concerns is out of it.
    "case.recused": ("feedback.tasks.dispatch",),  # to another officer
    # An administrator lets the open deadlines be counted again after the calendar changed, one part after the other.
    "deadlines.recount_asked": ("feedback.tasks.recount",),
    # Staff asked the citizen something; the clock stands still.
    "case.asked": ("feedback.tasks.notify_asked",),
    # The citizen wrote in a case.
    "case.replied": ("feedback.tasks.notify_reply", "feedback.tasks.learn_words"),
    # There is an answer, or the name of the body the matter belongs to.
    "case.answered": (
        "feedback.tasks.notify_answered",
        "feedback.tasks.offer_survey",  # by SMS some hours later, where the settings want it and no e-mail offers it
        "surveys.tasks.offer",  # the page of the answer asks how it was, by a one-time code; counted
    ),
    # A step was sent; it waits until nobody can take it back any more.
    "step.held": ("feedback.tasks.send_held",),
    # One answer goes to several similar cases; this is one of them.
    "cluster.answer_due": ("feedback.tasks.answer_in_cluster",),
    # Somebody proposes to reject a case; somebody else must decide.
    "case.reject_asked": ("feedback.tasks.notify_deciders",),
    # The proposal went back to whoever made it.
    "case.reject_back": ("feedback.tasks.notify_proposer",),
    # A case is answered together with an older one of the same sender, or is its own again.
    "case.merged": ("feedback.tasks.notify_merged",),
    "case.unmerged": ("feedback.tasks.notify_unmerged",),
    # The citizen asked for a second look by somebody else; the case is with the reviewer.
    "case.review_asked": (
        "feedback.tasks.dispatch",  # where no head of a unit was free to take it
        "feedback.tasks.notify_review",
    ),
    # One e-mail or SMS is waiting to be sent.
    "notice.queued": ("feedback.tasks.send_notice",),
    # A file came in; it is checked and re-encoded before anybody may open it.
    "file.received": ("feedback.tasks.inspect_file",),
    # A list of cases is taken out, one part after the other.
    "export.asked": ("feedback.tasks.make_export",),
    # A draft of the rules is replayed over past cases, one part after the other.
    "rehearsal.asked": ("feedback.tasks.rehearse",),
}

#: Sent by beat at these intervals (`portal.outbox.periodic`).
CLOCK: dict[str, timedelta] = {
    "outbox.relay": timedelta(seconds=0.5),  # new events and due deliveries are brought on their way
    "outbox.worker": timedelta(seconds=10),  # a sign that the worker of the deliveries works
    "outbox.sweep": timedelta(minutes=1),  # what the broker lost is sent again
    "directory.forget_sessions": timedelta(hours=1),  # sessions of staff that are over
    "feedback.repair": timedelta(minutes=1),  # what should have followed and got lost follows again
    "feedback.tell_times": timedelta(minutes=1),  # answers of an earlier release are told what they took
    "feedback.gather_notices": timedelta(minutes=10),  # one notice instead of many to an officer
    "feedback.count_figures": timedelta(minutes=15),  # of the home page
    "feedback.escalate": timedelta(minutes=15),  # what comes near its last day is told of
    "feedback.forget_exports": timedelta(minutes=15),
    "feedback.close_settled": timedelta(hours=1),  # what was quiet long enough after its answer
    "feedback.forget_counts": timedelta(hours=1),
    "feedback.forget_held": timedelta(hours=1),
    "feedback.seal_records": timedelta(hours=1),
    "feedback.forget_words": timedelta(hours=6),
    "feedback.forget_drafts": timedelta(hours=12),
    "feedback.sweep_files": timedelta(hours=12),
    "surveys.forget_counters": timedelta(hours=1),
    "surveys.look_for_groups": timedelta(hours=1),  # answers that look sent by one hand
    "surveys.close_quarters": timedelta(hours=6),  # quarters that are over are counted
}
