"""高频诉求提示：受理时，同一小区 7 天内同类诉求较多的，加标签；再多的，提名每日一议。

Tags a ticket whose estate has had several matters of the same category in 7 days; when
there are more, the matter is nominated for the daily discussion.
"""

from chuishao import Context, Effect_AddTag, Effect_Nominate, Event, Forum, Nomination, Proposal, Ticket, bad_setting


def on_event(event: Event, ticket: Ticket, context: Context) -> list[Proposal]:
    tag_at, nominate_at = context.integer("tag-at"), context.integer("nominate-at")
    if nominate_at < tag_at:
        raise bad_setting("nominate-at 应不小于 tag-at")

    count = context.count_or_zero("same-matters")  # 工单没有写小区时为 0
    reason = f"{ticket.place.estate}7 天内同类诉求已有 {count} 件"
    proposals = []
    if count >= tag_at:
        proposals.append(Proposal(Effect_AddTag(context.text("tag")), reason))
    if count >= nominate_at:
        title = f"{ticket.place.estate}：{ticket.category_name}"
        proposals.append(Proposal(Effect_Nominate(Nomination(Forum.DAILY_DISCUSSION, title)), reason))
    return proposals
