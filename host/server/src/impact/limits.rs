//! What an impact report cannot say (说明): how it was computed, and what is left out of it.

/// What a reader has to know of how it was computed, in both languages.
pub const LIMITS: [(&str, &str); 6] = [
    (
        "逐件逐事件重算：每件工单按当时的状态、当时的事实数据、整条规则链分别用现行规则和候选规则各算一遍；\
         每个事件都从实际走到的状态算起，前面的差异不带入后面的事件。",
        "Each event of each ticket is computed again, from the ticket and the figures as they were then, through the \
         whole chain of rules, once with those that are on and once with the candidate; each event begins with what \
         really happened before, so that a difference is not carried on into later events.",
    ),
    (
        "现行规则按评估开始时的登记计算，视为整个期间都已生效（不看生效日期）；灰度范围照旧。",
        "The rules of now are those of the moment at which the run began, as if they had been in force all the time \
         (whatever their dates); a canary keeps its share.",
    ),
    (
        "「与实际发生的相比」只比较规则造成的变化；当时尚未启用规则的，全部计入增加。",
        "Against what happened, only what rules did is compared; where no rule was on then, all counts as more.",
    ),
    (
        "工作日历和职责清单用目前已知的（按事件当日生效的版次），不是当时录入了多少。",
        "Calendar and catalogue are those known now (the edition in force on the day), not what had been typed in then.",
    ),
    (
        "同一人在同一毫秒内对同一工单的两次操作视为一次。",
        "Two deeds of one person on one ticket within a millisecond count as one.",
    ),
    (
        "定时器按实际发生的计算：候选规则若会设定新的定时器，其到时之后的事不在本报告之内。",
        "Timers are those that really rang: what would follow from a timer that the candidate sets is not told here.",
    ),
];
