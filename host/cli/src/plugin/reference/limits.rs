//! The limits of the reference. Values are those of the program's own constants, and reasons what stands
//! above them in its text: neither is written here a second time.

use super::wit::Wit;
use super::{Entry, Room, row};
use crate::plugin::Faults;
use chuishao_domain::handle::rule::limits::{
    MOST_DOCUMENTS, MOST_EFFECTS_PER_TICKET, MOST_FIELD_CHARS, MOST_NOTICE_CHARS, MOST_OPINIONS, MOST_REASON_CHARS,
    MOST_RECORD_FIELDS, MOST_RULE_MEMORY_BYTES, MOST_SCORE, MOST_TAG_CHARS, MOST_TAGS, MOST_TIMERS, MOST_TITLE_CHARS,
};
use chuishao_domain::handle::rule::review::MOST_SECTION_CHARS;
use chuishao_domain::rule::manifest::{MOST_COUNTED, MOST_ENTRIES, MOST_FACT_COUNT, MOST_FACT_DAYS, MOST_MODE_CHARS};
use chuishao_domain::rule::review::LEAST_NAMED;
use chuishao_domain::rule::settings::MOST_SETTINGS_BYTES;
use chuishao_domain::rule::view::MODE_KNOWN_DAYS;
use chuishao_sandbox::limits::{
    COMPILE_MEMORY_BYTES, COMPILE_PROCESSOR_TIME, COMPILE_WALL_TIME, FUEL_PER_CALL, MOST_ANSWER_BYTES,
    MOST_CALLS_PER_COMMAND, MOST_CODE_BYTES, MOST_COMPONENT_BYTES, MOST_CORE_INSTANCES, MOST_DEPTH,
    MOST_GUEST_MEMORY_BYTES, MOST_INPUT_BYTES, MOST_LOG_CALLS, MOST_LOG_LINE_BYTES, MOST_LOG_LINES, MOST_MEMORIES,
    MOST_NESTING, MOST_PROPOSALS, MOST_STACK_BYTES, MOST_TABLE_ELEMENTS, MOST_TABLES, WALL_TIME_PER_CALL,
};
use std::time::Duration;

const TABLE: &str = "| 上限 limit | 中文 | 值 value | 为什么 why |\n|---|---|---|---|\n";

/// The texts in which the constants stand.
const CALL: &str = include_str!("../../../../sandbox/src/limits.rs");
const EFFECT: &str = include_str!("../../../../domain/src/handle/rule/limits.rs");
const SECTION: &str = include_str!("../../../../domain/src/handle/rule/review.rs");
const DECLARED: &str = include_str!("../../../../domain/src/rule/manifest.rs");
const SET: &str = include_str!("../../../../domain/src/rule/settings.rs");
const TOLD: &str = include_str!("../../../../domain/src/rule/view.rs");
const COUNTED: &str = include_str!("../../../../domain/src/rule/review/input.rs");

const BYTES: &str = "字节 bytes";
const CHARS: &str = "字 characters";
const SECONDS: &str = "秒 seconds";
const DAYS: &str = "天 days";
const OF: &str = "个";
const TIMES: &str = "次 times";

/// A limit.
struct Limit {
    /// The constant's name in its text.
    name: &'static str,
    text: &'static str,
    value: u64,
    unit: &'static str,
    term: &'static str,
}

/// Something that can be the value of a limit.
trait Value {
    fn value(self) -> u64;
}

impl Value for u64 {
    fn value(self) -> u64 {
        self
    }
}

impl Value for u32 {
    fn value(self) -> u64 {
        self.into()
    }
}

impl Value for u16 {
    fn value(self) -> u64 {
        self.into()
    }
}

impl Value for i32 {
    fn value(self) -> u64 {
        self.unsigned_abs().into()
    }
}

impl Value for usize {
    fn value(self) -> u64 {
        u64::try_from(self).unwrap_or(u64::MAX)
    }
}

impl Value for Duration {
    fn value(self) -> u64 {
        self.as_secs()
    }
}

macro_rules! limits {
    ($($text:ident $name:ident: $term:literal, $unit:expr;)+) => {
        vec![$(Limit {
            name: stringify!($name),
            text: $text,
            value: Value::value($name),
            unit: $unit,
            term: $term,
        },)+]
    };
}

fn all() -> Vec<Limit> {
    limits! {
        CALL FUEL_PER_CALL: "一次调用的算力", "算力 fuel";
        CALL WALL_TIME_PER_CALL: "一次调用的时间", SECONDS;
        CALL MOST_GUEST_MEMORY_BYTES: "一次调用的内存", BYTES;
        CALL MOST_STACK_BYTES: "调用栈", BYTES;
        CALL MOST_INPUT_BYTES: "告诉规则的文字", BYTES;
        CALL MOST_ANSWER_BYTES: "一次回答", BYTES;
        CALL MOST_PROPOSALS: "一次回答里的提议", OF;
        CALL MOST_CALLS_PER_COMMAND: "一条命令及其后果调用规则", TIMES;
        CALL MOST_DEPTH: "后果的后果", "层 levels";
        CALL MOST_LOG_LINES: "一次调用留下的日志", "行 lines";
        CALL MOST_LOG_LINE_BYTES: "一行日志", BYTES;
        CALL MOST_LOG_CALLS: "一次调用写日志", "行 lines";
        EFFECT MOST_REASON_CHARS: "理由", CHARS;
        EFFECT MOST_TITLE_CHARS: "标题、事项、议题、任务名称、证据、文件、销号说明", CHARS;
        EFFECT MOST_NOTICE_CHARS: "通知和意见", CHARS;
        EFFECT MOST_TAG_CHARS: "标签、台账名称、评分项", CHARS;
        EFFECT MOST_TAGS: "一条规则在一件工单上的标签", OF;
        EFFECT MOST_FIELD_CHARS: "地点和扩展字段的文字", CHARS;
        EFFECT MOST_RULE_MEMORY_BYTES: "一条规则在一件工单上的备忘", BYTES;
        EFFECT MOST_TIMERS: "一条规则在一件工单上的定时器", OF;
        EFFECT MOST_OPINIONS: "一条规则在一件工单上附的意见", "条";
        EFFECT MOST_RECORD_FIELDS: "一项任务要求的记录", "项";
        EFFECT MOST_DOCUMENTS: "一条台账事项挂接的文件", "份";
        EFFECT MOST_SCORE: "一次本地评分，加减各", "百分之一分 hundredths of a point";
        EFFECT MOST_EFFECTS_PER_TICKET: "一条规则在一件工单上被采纳的效果", OF;
        SECTION MOST_SECTION_CHARS: "研判报告的一节", CHARS;
        COUNTED LEAST_NAMED: "研判里点名的街道和小区，至少", "件 matters";
        DECLARED MOST_ENTRIES: "清单里的事实、议定模式、设置、扩展字段，每类", OF;
        DECLARED MOST_FACT_DAYS: "事实往前数", DAYS;
        DECLARED MOST_FACT_COUNT: "事实数到", "件 tickets";
        DECLARED MOST_COUNTED: "事实没有写 at_most 时数到", "件 tickets";
        DECLARED MOST_MODE_CHARS: "议定模式的名称", CHARS;
        TOLD MODE_KNOWN_DAYS: "议定模式开始之前、结束之后告知，各", DAYS;
        SET MOST_SETTINGS_BYTES: "一次启用的全部设置", BYTES;
        CALL MOST_COMPONENT_BYTES: "组件（.wasm 文件）", BYTES;
        CALL MOST_CODE_BYTES: "编译出来的代码", BYTES;
        CALL COMPILE_PROCESSOR_TIME: "编译一个组件的处理器时间", SECONDS;
        CALL COMPILE_WALL_TIME: "编译一个组件的时间", SECONDS;
        CALL COMPILE_MEMORY_BYTES: "编译一个组件的内存", BYTES;
        CALL MOST_MEMORIES: "组件里的线性内存", OF;
        CALL MOST_TABLES: "组件里的表", OF;
        CALL MOST_TABLE_ELEMENTS: "一张表的元素", OF;
        CALL MOST_CORE_INSTANCES: "组件里的核心实例", OF;
        CALL MOST_NESTING: "组件里套组件", "层 levels";
    }
}

/// All of them.
///
/// # Errors
/// As [`Wit::words`].
pub fn room(wit: &Wit) -> Result<Room, Faults> {
    let entry = |limit: Limit| {
        let name = limit.name.to_lowercase().replace('_', "-");
        let cells = [format!("`{name}`"), limit.term.into(), shown(&limit), reason(&limit).unwrap_or_default()];
        Entry { text: row(&cells), name }
    };
    let mut intro = String::from(
        "值和理由取自程序自己的常数，不在这里另写一遍。算力是确定的：自己电脑上和服务器上停在同一条指令；`chuishao plugin bench` \
         说明用了多少。时长的范围 the ranges of a length of time：\n\n",
    );
    for item in wit.items("time-span")? {
        intro += &format!("- `{}`：{}\n", item.name, item.words);
    }
    intro += "\nValues and reasons are those of the program's own constants.";
    Ok(Room { title: "上限 Limits", intro, table: Some(TABLE), entries: all().into_iter().map(entry).collect() })
}

/// `67,108,864 字节 bytes（64 MiB）`
fn shown(limit: &Limit) -> String {
    let Limit { value, unit, .. } = *limit;
    let digits = value.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let short = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let short = short.into_iter().find(|(size, _)| unit == BYTES && value >= *size && value.is_multiple_of(*size));
    let short = short.map(|(size, name)| format!("（{} {name}）", value / size)).unwrap_or_default();
    format!("{grouped} {unit}{short}")
}

/// What stands above the constant in its text.
fn reason(limit: &Limit) -> Option<String> {
    let lines: Vec<&str> = limit.text.lines().collect();
    let declared = format!("const {}:", limit.name);
    let place = lines.iter().position(|line| line.contains(&declared))?;
    let above = lines[..place].iter().rev().map_while(|line| line.trim_start().strip_prefix("///"));
    let mut above: Vec<&str> = above.map(str::trim).collect();
    above.reverse();
    (!above.is_empty()).then(|| above.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// What the host keeps to for itself: no author can come up against it.
    const OF_THE_HOST: [&str; 6] = [
        "EPOCH_TICK",
        "CORE_INSTANCES_PER_GUEST",
        "MOST_INSTANCE_BYTES",
        "RESIDENT_MEMORY_BYTES",
        "RESIDENT_TABLE_BYTES",
        "MOST_LIVE_GUESTS",
    ];

    #[test]
    fn no_limit_of_a_call_or_of_an_effect_is_forgotten() {
        let none: &[&str] = &[];
        for (text, host) in [(CALL, OF_THE_HOST.as_slice()), (EFFECT, none)] {
            let declared = text.lines().filter_map(|line| line.split("const ").nth(1)?.split(':').next());
            let declared: BTreeSet<&str> = declared.collect();
            let limits = all();
            let shown = limits.iter().filter(|limit| limit.text == text).map(|limit| limit.name);
            assert_eq!(shown.chain(host.iter().copied()).collect::<BTreeSet<_>>(), declared);
        }
    }

    #[test]
    fn every_limit_has_its_reason_and_its_unit() {
        let limits = all();
        let silent: Vec<&str> = limits.iter().filter(|limit| reason(limit).is_none()).map(|limit| limit.name).collect();
        assert!(silent.is_empty(), "{silent:?}");
        let fuel = limits.iter().find(|limit| limit.name == "FUEL_PER_CALL").expect("it is there");
        assert_eq!(shown(fuel), format!("20,000,000 {}", fuel.unit));
    }
}
