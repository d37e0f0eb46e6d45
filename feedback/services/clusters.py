"""One answer to several similar cases; each citizen is told alone and learns nothing of the others."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction

from directory.models import User
from feedback import policy
from feedback.models import Case, Cluster, ClusterCase, Message
from feedback.services.casework import answer
from feedback.services.change import CaseNotFound
from portal.outbox.publish import publish


@transaction.atomic
def answer_together(
    *,
    case_id: int,
    actor: User,
    body: str,
    at: datetime,
    version: int | None = None,
    files: Sequence[UploadedFile] = (),
    others: Sequence[int] = (),
) -> Message:
    """Answer a case, and then `others` with the same text, each in its own time: `cluster.answer_due` for each.

    Other cases are taken from what the actor may see in the same unit. Raises what `answer` raises for the case itself.
    """
    message = answer(case_id=case_id, actor=actor, body=body, at=at, version=version, files=files)
    chosen = Case.objects.visible_to(actor).open().filter(pk__in=list(others), unit=message.unit)
    similar = [case for case in chosen.order_by("pk") if case.pk != case_id]
    if similar:
        cluster = Cluster.objects.create(lead=message.case, answer=message, author=actor, made_at=at)
        for case in similar:
            row = ClusterCase.objects.create(cluster=cluster, case=case)
            publish("cluster.answer_due", cluster_case_id=row.pk)
    return message


@transaction.atomic
def answer_in_cluster(*, cluster_case_id: int, at: datetime) -> None:
    """Send the cluster's answer to one of its cases, once; where that is not possible any more, write that down."""
    rows = ClusterCase.objects.select_related("cluster__answer", "cluster__author")
    row = rows.select_for_update(of=("self",)).get(pk=cluster_case_id)
    if row.answer_id or row.is_refused:
        return
    try:
        with transaction.atomic():
            row.answer = answer(
                case_id=row.case_id,
                actor=row.cluster.author,
                body=row.cluster.answer.body,
                files=_copies(row.cluster.answer),
                at=at,
            )
    except (CaseNotFound, policy.TransitionRefused):
        row.is_refused = True
    row.save()


def _copies(message: Message) -> list[UploadedFile]:
    return [
        SimpleUploadedFile(kept.name, kept.file.read(), content_type=kept.content_type)
        for kept in message.attachments.all()
    ]
