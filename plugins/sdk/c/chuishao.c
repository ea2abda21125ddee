// What stands behind chuishao.h: the arena, text, and the reading of settings and figures.
#include "chuishao.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------ memory --

extern unsigned char __heap_base;
static size_t next, end;

enum { PAGE = 65536, ALIGNMENT = 16 };

void *malloc(size_t size) {
    if (end == 0) {
        next = (size_t)&__heap_base;
        end = __builtin_wasm_memory_size(0) * PAGE;
    }
    size_t start = (next + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (start + size < start) return NULL;
    if (start + size > end) {
        size_t pages = (start + size - end + PAGE - 1) / PAGE;
        if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return NULL;
        end += pages * PAGE;
    }
    next = start + size;
    return (void *)start;
}

// The size of what is moved is not known, and need not be: what lies behind it is memory too,
// and the last allocation grows in place.
void *realloc(void *old, size_t size) {
    if (old == NULL) return malloc(size);
    size_t before = next;
    unsigned char *fresh = malloc(size);
    if (fresh == NULL) return NULL;
    size_t behind = before - (size_t)old;
    memcpy(fresh, old, behind < size ? behind : size);
    return fresh;
}

void free(void *unused) { (void)unused; }

_Noreturn void abort(void) { __builtin_trap(); }

__attribute__((no_builtin)) void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    unsigned char *t = to;
    const unsigned char *f = from;
    for (size_t i = 0; i < size; i++) t[i] = f[i];
    return to;
}

__attribute__((no_builtin)) void *memset(void *to, int byte, size_t size) {
    unsigned char *t = to;
    for (size_t i = 0; i < size; i++) t[i] = (unsigned char)byte;
    return to;
}

__attribute__((no_builtin)) int memcmp(const void *a, const void *b, size_t size) {
    const unsigned char *x = a, *y = b;
    for (size_t i = 0; i < size; i++)
        if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
    return 0;
}

__attribute__((no_builtin)) size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length] != 0) length++;
    return length;
}

// -------------------------------------------------------------------- text --

rule_string_t chuishao_string(const char *text) { return (rule_string_t){(uint8_t *)text, strlen(text)}; }

bool chuishao_same(rule_string_t text, const char *other) {
    return text.len == strlen(other) && memcmp(text.ptr, other, text.len) == 0;
}

static rule_string_t digits(int64_t number) {
    enum { MOST = 20 }; // A sign and 19 digits.
    uint8_t *text = malloc(MOST);
    if (text == NULL) abort();
    size_t at = MOST;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        text[--at] = (uint8_t)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    if (number < 0) text[--at] = '-';
    return (rule_string_t){text + at, MOST - at};
}

// One part of a format: what it comes to, and where the next begins.
static rule_string_t part(const char **format, va_list *given) {
    const char *f = *format;
    if (*f != '%') {
        while (**format != 0 && **format != '%') (*format)++;
        return (rule_string_t){(uint8_t *)f, (size_t)(*format - f)};
    }
    *format += 2;
    switch (f[1]) {
    case 's': return chuishao_string(va_arg(*given, const char *));
    case 'S': return va_arg(*given, rule_string_t);
    case 'd': return digits(va_arg(*given, int));
    case 'l': return *format += 1, digits(va_arg(*given, int64_t));
    case 'u': return digits(va_arg(*given, uint32_t));
    case '%': return chuishao_string("%");
    default: chuishao_failed("chuishao_format: %s %S %d %ld %u %%", __FILE_NAME__, __LINE__);
    }
}

rule_string_t chuishao_format(const char *format, ...) {
    // Twice: how long it is, then what it is.
    rule_string_t whole = {NULL, 0};
    for (int round = 0; round < 2; round++) {
        const char *left = format;
        size_t length = 0;
        va_list given;
        va_start(given, format);
        while (*left != 0) {
            rule_string_t next_part = part(&left, &given);
            if (whole.ptr != NULL) memcpy(whole.ptr + length, next_part.ptr, next_part.len);
            length += next_part.len;
        }
        va_end(given);
        if (round == 0 && (whole.ptr = malloc(length + 1)) == NULL) abort();
        whole.len = length;
    }
    return whole;
}

// --------------------------------------------------------- log and failures --

void chuishao_log(rule_log_level_t level, rule_string_t text) { rule_log_line(level, &text); }

_Noreturn void chuishao_failed(const char *what, const char *file, int line) {
    chuishao_log(RULE_LOG_LEVEL_ERROR, chuishao_format("%s (%s:%d)", what, file, line));
    abort();
}

static bool fails(rule_failure_t *failure, uint8_t tag, rule_string_t words) {
    failure->tag = tag;
    failure->val.bug = words; // Every case is a text.
    return false;
}

bool chuishao_bad_setting(rule_failure_t *failure, const char *words) {
    return fails(failure, RULE_FAILURE_BAD_SETTING, chuishao_string(words));
}

bool chuishao_missing_data(rule_failure_t *failure, const char *words) {
    return fails(failure, RULE_FAILURE_MISSING_DATA, chuishao_string(words));
}

// ----------------------------------------------------- settings and figures --

const rule_value_t *chuishao_value(const rule_list_named_value_t *values, const char *name) {
    for (size_t i = 0; i < values->len; i++)
        if (chuishao_same(values->ptr[i].name, name)) return &values->ptr[i].value;
    return NULL;
}

static const rule_value_t *setting(const rule_list_named_value_t *settings, const char *name, uint8_t tag,
                                   const char *wanted, rule_failure_t *failure) {
    const rule_value_t *value = chuishao_value(settings, name);
    if (value != NULL && value->tag == tag) return value;
    fails(failure, RULE_FAILURE_BAD_SETTING, chuishao_format("设置 %s 应为%s", name, wanted));
    return NULL;
}

bool chuishao_integer(const rule_list_named_value_t *settings, const char *name, int64_t *value, rule_failure_t *failure) {
    const rule_value_t *found = setting(settings, name, RULE_VALUE_INTEGER, "整数", failure);
    if (found != NULL) *value = found->val.integer;
    return found != NULL;
}

bool chuishao_text(const rule_list_named_value_t *settings, const char *name, rule_string_t *value, rule_failure_t *failure) {
    const rule_value_t *found = setting(settings, name, RULE_VALUE_TEXT, "文本", failure);
    if (found != NULL) *value = found->val.text;
    return found != NULL;
}

bool chuishao_flag(const rule_list_named_value_t *settings, const char *name, bool *value, rule_failure_t *failure) {
    const rule_value_t *found = setting(settings, name, RULE_VALUE_FLAG, "是或否", failure);
    if (found != NULL) *value = found->val.flag;
    return found != NULL;
}

static bool count(const rule_context_t *context, const char *name, bool or_zero, uint32_t *figure, rule_failure_t *failure) {
    for (size_t i = 0; i < context->facts.len; i++) {
        const rule_fact_t *fact = &context->facts.ptr[i];
        if (!chuishao_same(fact->name, name)) continue;
        if (fact->value.tag == RULE_FACT_VALUE_COUNT) {
            *figure = fact->value.val.count;
            return true;
        }
        *figure = 0;
        rule_string_t words = chuishao_format("事实 %s 不可用：%S", name, fact->value.val.unavailable);
        return or_zero || fails(failure, RULE_FAILURE_MISSING_DATA, words);
    }
    return fails(failure, RULE_FAILURE_MISSING_DATA, chuishao_format("清单没有声明事实 %s", name));
}

bool chuishao_count(const rule_context_t *context, const char *name, uint32_t *figure, rule_failure_t *failure) {
    return count(context, name, false, figure, failure);
}

bool chuishao_count_or_zero(const rule_context_t *context, const char *name, uint32_t *figure, rule_failure_t *failure) {
    return count(context, name, true, figure, failure);
}

// ---------------------------------------------------------------- proposals --

void chuishao_propose(rule_list_proposal_t *answer, rule_effect_t effect, rule_string_t reason) {
    answer->ptr = realloc(answer->ptr, (answer->len + 1) * sizeof *answer->ptr);
    if (answer->ptr == NULL) abort();
    answer->ptr[answer->len++] = (rule_proposal_t){effect, reason};
}

void chuishao_propose_review(rule_list_review_proposal_t *answer, rule_review_effect_t effect, rule_string_t reason) {
    answer->ptr = realloc(answer->ptr, (answer->len + 1) * sizeof *answer->ptr);
    if (answer->ptr == NULL) abort();
    answer->ptr[answer->len++] = (rule_review_proposal_t){effect, reason};
}

// ------------------------------------------------------- what the host calls --

bool chuishao_on_event(rule_event_t *event, rule_ticket_t *ticket, rule_context_t *context, rule_list_proposal_t *answer,
                       rule_failure_t *failure) {
    *answer = (rule_list_proposal_t){NULL, 0};
    return rule_on_event(event, ticket, context, answer, failure);
}

bool chuishao_on_review(rule_review_t *review, rule_review_context_t *context, rule_list_review_proposal_t *answer,
                        rule_failure_t *failure) {
    *answer = (rule_list_review_proposal_t){NULL, 0};
    return rule_on_review(review, context, answer, failure);
}

// What a rule does not write itself.
__attribute__((weak)) bool rule_on_event(rule_event_t *event, rule_ticket_t *ticket, rule_context_t *context,
                                         rule_list_proposal_t *answer, rule_failure_t *failure) {
    (void)event, (void)ticket, (void)context, (void)answer;
    return fails(failure, RULE_FAILURE_BUG, chuishao_string("清单监听了工单事件，规则却没有写 rule_on_event"));
}

__attribute__((weak)) bool rule_on_review(rule_review_t *review, rule_review_context_t *context,
                                          rule_list_review_proposal_t *answer, rule_failure_t *failure) {
    (void)review, (void)context, (void)answer;
    return fails(failure, RULE_FAILURE_BUG, chuishao_string("清单监听了定期研判，规则却没有写 rule_on_review"));
}
