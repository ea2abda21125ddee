// 高频诉求提示：受理时，同一小区 7 天内同类诉求较多的，加标签；再多的，提名每日一议。
// Tags a ticket whose estate has had several matters of the same category in 7 days; when
// there are more, the matter is nominated for the daily discussion.
#include "chuishao.h"

bool rule_on_event(rule_event_t *event, rule_ticket_t *ticket, rule_context_t *context, rule_list_proposal_t *answer,
                   rule_failure_t *failure) {
    int64_t tag_at, nominate_at;
    uint32_t count;
    rule_string_t tag;
    // Each says in the failure what is missing, and is false then.
    if (!chuishao_integer(&context->settings, "tag-at", &tag_at, failure)) return false;
    if (!chuishao_integer(&context->settings, "nominate-at", &nominate_at, failure)) return false;
    if (!chuishao_text(&context->settings, "tag", &tag, failure)) return false;
    if (nominate_at < tag_at) return chuishao_bad_setting(failure, "nominate-at 应不小于 tag-at");

    if (!chuishao_count_or_zero(context, "same-matters", &count, failure)) return false; // 没有写小区时为 0
    rule_string_t reason = chuishao_format("%S7 天内同类诉求已有 %u 件", ticket->place.estate, count);
    if (count >= tag_at) {
        rule_effect_t effect = {.tag = RULE_EFFECT_ADD_TAG, .val.add_tag = tag};
        chuishao_propose(answer, effect, reason);
    }
    if (count >= nominate_at) {
        rule_nomination_t nomination = {
            .forum = RULE_FORUM_DAILY_DISCUSSION,
            .title = chuishao_format("%S：%S", ticket->place.estate, ticket->category_name),
        };
        rule_effect_t effect = {.tag = RULE_EFFECT_NOMINATE, .val.nominate = nomination};
        chuishao_propose(answer, effect, reason);
    }
    return true;
}
