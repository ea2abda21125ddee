// What a local rule in C is written on: settings and figures by name, proposals, failures, log
// lines, text, and an assertion that reaches its author. `chuishao plugin new` and `build`
// write it into the rule's `.chuishao` folder; the types of the interface stand in `rule.h`
// there, with the interface's own documentation.
//
// Memory comes from an arena that is never cleaned up, because an instance lives for one
// call: nothing need be freed.
#ifndef CHUISHAO_H
#define CHUISHAO_H

#include "rule.h"

// A rule defines one or both; a rule that does not listen to reviews need not have the second.
// They answer true with the proposals in `answer` (empty at first), or false with a failure.
bool rule_on_event(rule_event_t *event, rule_ticket_t *ticket, rule_context_t *context, rule_list_proposal_t *answer,
                   rule_failure_t *failure);
bool rule_on_review(rule_review_t *review, rule_review_context_t *context, rule_list_review_proposal_t *answer,
                    rule_failure_t *failure);

// Settings by name. False, with the failure that says so, when it is not there or of another
// type.
bool chuishao_integer(const rule_list_named_value_t *settings, const char *name, int64_t *value, rule_failure_t *failure);
bool chuishao_text(const rule_list_named_value_t *settings, const char *name, rule_string_t *value, rule_failure_t *failure);
bool chuishao_flag(const rule_list_named_value_t *settings, const char *name, bool *value, rule_failure_t *failure);

// A setting or an extra field by name; a null pointer when it is not there.
const rule_value_t *chuishao_value(const rule_list_named_value_t *values, const char *name);

// A figure that the manifest asked for. `or_zero`: 0 when the ticket does not say what is to be
// alike, for example no estate.
bool chuishao_count(const rule_context_t *context, const char *name, uint32_t *count, rule_failure_t *failure);
bool chuishao_count_or_zero(const rule_context_t *context, const char *name, uint32_t *count, rule_failure_t *failure);

// Adds a proposal to an answer. The reason is shown to people, so write it in plain Chinese.
void chuishao_propose(rule_list_proposal_t *answer, rule_effect_t effect, rule_string_t reason);
void chuishao_propose_review(rule_list_review_proposal_t *answer, rule_review_effect_t effect, rule_string_t reason);

// Fills in the failure and is false, to be returned.
bool chuishao_bad_setting(rule_failure_t *failure, const char *words);
bool chuishao_missing_data(rule_failure_t *failure, const char *words);

// Text. In a format: %s a C string, %S a rule_string_t, %d an int, %ld an int64_t, %u a uint32_t,
// %% a percent sign.
rule_string_t chuishao_string(const char *text);
rule_string_t chuishao_format(const char *format, ...);
bool chuishao_same(rule_string_t text, const char *other);

// Lines for the author (日志); they stand in the decision record.
void chuishao_log(rule_log_level_t level, rule_string_t text);
#define chuishao_info(...) chuishao_log(RULE_LOG_LEVEL_INFO, chuishao_format(__VA_ARGS__))
#define chuishao_warn(...) chuishao_log(RULE_LOG_LEVEL_WARN, chuishao_format(__VA_ARGS__))

// What must hold. When it does not, the author reads what, in which file and line, and the
// call ends: the ticket goes on.
_Noreturn void chuishao_failed(const char *what, const char *file, int line);
#define chuishao_require(condition) ((condition) ? (void)0 : chuishao_failed(#condition, __FILE_NAME__, __LINE__))

#endif
